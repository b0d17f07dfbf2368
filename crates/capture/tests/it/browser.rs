//! Our HTML tokenizer against html5ever's, which does what browsers do: both must find the same words.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use proptest::prelude::*;
use switchboard_capture::text::{Reading, read_html};

/// Collects the text outside of scripts and styles.
#[derive(Default)]
struct Words {
    text: RefCell<String>,
    is_hidden: Cell<bool>,
}

impl TokenSink for Words {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) if !self.is_hidden.get() => self.text.borrow_mut().push_str(&text),
            Token::TagToken(tag) => {
                let is_start = tag.kind == TagKind::StartTag;
                let raw = match &*tag.name {
                    "script" => RawKind::ScriptData,
                    "style" => RawKind::Rawtext,
                    "textarea" => {
                        return if is_start {
                            TokenSinkResult::RawData(RawKind::Rcdata)
                        } else {
                            TokenSinkResult::Continue
                        };
                    }
                    _ => return TokenSinkResult::Continue,
                };
                self.is_hidden.set(is_start);
                if is_start {
                    return TokenSinkResult::RawData(raw);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn of_browser(html: &str) -> String {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Words::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.text.into_inner()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

fn ours(html: &str) -> String {
    read_html(html, Reading { base: None, keeps_links: false, is_xhtml: false }).text
}

#[test]
fn finds_the_same_words_in_odd_markup() {
    for html in [
        "a<b class=x>c</b>d",
        "1 < 2 && 3 > 2 <3",
        "a<br/>b<hr / >c",
        "<a href=x>y</a href=z>w",
        "<p title='a > b' x = \"c\" d=e/f>g",
        "<p/title>h</p / >i",
        "<!-- a -- b --><!doctype html><?php x ?>c<!x>d</ e>f",
        "<!--> a --><!---> b --!> c",
        "<script>if (a < b) { x('</p>') }</script>d<style>p > a {}</style>e",
        "<script><!-- x </script>y",
        "&lt;b&gt; &amp;amp; &nbsp; &#65; &#x42; &eacute &copy; &notit; &amp &unknown; &#; &",
        "<textarea><b>&lt;</b></textarea>c",
        "a<b",
        "a</b",
        "a<b c='d",
        "<a\nhref\n=\n'x'\n>b</a\n>",
        "<ä>x</ä>",
        "a\u{0}b",
        "<p =a>b<p a==b>c<p 'a'=\"b\"\"c\">d",
    ] {
        assert_eq!(letters(&ours(html)), letters(&of_browser(html)).replace('\u{0}', ""), "{html}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn finds_the_same_words(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..25)) {
        let html = pieces.concat();
        prop_assert_eq!(letters(&ours(&html)), letters(&of_browser(&html)), "{}", html);
    }
}

const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<b",
    ">",
    "a",
    " ",
    "=",
    "\"",
    "'",
    "/",
    "<",
    "</",
    "x=y",
    "&amp;",
    "&lt",
    "&#65;",
    "&",
    ";",
    "<br/>",
    "<!-- c -->",
    "<!x>",
    "<script>",
    "</script>",
    "<style>",
    "</style >",
    "<textarea>",
    "</textarea>",
    "word",
    "<a href='b'>",
    "</a>",
    "-->",
    "<?x>",
    "\n",
];
