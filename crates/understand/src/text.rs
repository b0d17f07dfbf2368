//! The post cut into tokens, once, for all readers. Positions are kept in characters of the original.
//!
//! Reads at most [`LONGEST_PART`] characters of the title and of the text: a mood or intent that only shows
//! after that is not the post's. Work and memory grow with the length and with nothing else.

use switchboard_model::{Post, Span, SpanPart};

use crate::fold::{is_apostrophe, is_elision, push_folded, shorten_runs};
use crate::lexicon::{Lexicon, WordId};

/// How many characters of title and text are read.
pub(crate) const LONGEST_PART: usize = 8_000;
/// Longer words are in no lexicon.
const LONGEST_WORD: usize = 48;
/// How many hashtags of lower-case letters are cut into words.
const MOST_CUT_HASHTAGS: usize = 10;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    Number,
    Handle,
    /// A URL or mail address.
    Address,
    /// An emoji or emoticon that the lexicon knows.
    Symbol,
}

/// A word, number, handle, address or known symbol.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub kind: Kind,
    /// Its word in the lexicon.
    pub word: Option<WordId>,
    pub part: SpanPart,
    /// In characters.
    pub start: u32,
    pub end: u32,
    /// In bytes.
    pub from: u32,
    pub to: u32,
    /// Which sentence and which clause it stands in, counted through.
    pub sentence: u32,
    pub clause: u32,
    /// Written in capitals, two letters or more.
    pub is_loud: bool,
    /// A letter is drawn out: `sooo`.
    pub is_long: bool,
    /// Stands in a hashtag.
    pub is_tag: bool,
}

/// One sentence's end and extent.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sentence {
    /// Tokens `first..end`.
    pub first: usize,
    pub end: usize,
    /// Question and exclamation marks outside of addresses.
    pub questions: u32,
    pub exclamations: u32,
    /// Where the last question mark stands.
    pub question_at: Option<Span>,
}

/// A post's title and text as tokens.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    title: &'a str,
    text: &'a str,
    pub tokens: Vec<Token>,
    pub sentences: Vec<Sentence>,
    /// Most words of more than one letter are in capitals: loudness then says nothing.
    pub is_all_loud: bool,
    /// How many handles it names.
    pub handles: u32,
}

impl<'a> Text<'a> {
    pub(crate) fn of_post(post: &'a Post, lexicon: &Lexicon) -> Self {
        let mut text = Self {
            title: &post.title,
            text: &post.text,
            tokens: Vec::with_capacity(post.text.len().min(LONGEST_PART) / 4),
            sentences: Vec::with_capacity(8),
            is_all_loud: false,
            handles: 0,
        };
        let mut cutter = Cutter { text: &mut text, lexicon, clause: 0, sentence: Sentence::default(), hashtags: 0 };
        cutter.cut(&post.title, SpanPart::Title);
        cutter.end_sentence();
        cutter.cut(&post.text, SpanPart::Text);
        cutter.end_sentence();
        let (mut loud, mut words) = (0, 0);
        for token in &text.tokens {
            words += u32::from(token.kind == Kind::Word && token.end - token.start > 1);
            loud += u32::from(token.is_loud);
        }
        text.is_all_loud = loud * 3 > words * 2;
        text.handles = text.tokens.iter().filter(|token| token.kind == Kind::Handle).count() as u32;
        text
    }

    /// The original letters of a token.
    pub(crate) fn original(&self, token: &Token) -> &'a str {
        self.stretch(token, token)
    }

    /// The original letters from one token to another of the same part.
    pub(crate) fn stretch(&self, first: &Token, last: &Token) -> &'a str {
        let whole = if first.part == SpanPart::Title { self.title } else { self.text };
        whole.get(first.from as usize..last.to as usize).unwrap_or_default()
    }

    /// The sentence that a token stands in.
    pub(crate) fn sentence_of(&self, token: &Token) -> Sentence {
        self.sentences.get(token.sentence as usize).copied().unwrap_or_default()
    }
}

/// The span from one token to another.
pub(crate) fn span(first: &Token, last: &Token) -> Span {
    Span { part: first.part, start: first.start, end: last.end }
}

struct Cutter<'t, 'a> {
    text: &'t mut Text<'a>,
    lexicon: &'t Lexicon,
    clause: u32,
    sentence: Sentence,
    hashtags: usize,
}

/// A place in the text being cut.
#[derive(Debug, Clone, Copy)]
struct Place {
    byte: usize,
    at: u32,
}

impl Place {
    fn after(self, c: char) -> Self {
        Self { byte: self.byte + c.len_utf8(), at: self.at + 1 }
    }
}

impl Cutter<'_, '_> {
    fn cut(&mut self, whole: &str, part: SpanPart) {
        let end = whole.char_indices().nth(LONGEST_PART).map_or(whole.len(), |(at, _)| at);
        let whole = &whole[..end];
        let mut here = Place { byte: 0, at: 0 };
        let mut before = ' ';
        while let Some(c) = whole[here.byte..].chars().next() {
            let next = if c.is_alphanumeric() {
                match address_end(whole, here, before) {
                    Some(end) => self.push(Kind::Address, None, part, here, end),
                    None => self.cut_word(whole, part, here, false),
                }
            } else {
                self.cut_other(whole, part, here, before, c)
            };
            before = whole[here.byte..next.byte].chars().next_back().unwrap_or(c);
            here = next;
        }
    }

    fn cut_other(&mut self, whole: &str, part: SpanPart, here: Place, before: char, c: char) -> Place {
        let rest = &whole[here.byte..];
        match c {
            '@' | '＠' => {
                let end = handle_end(whole, here);
                if end.at > here.at + 1 {
                    // A handle glued to a word is the second half of a mail address.
                    let kind = if before.is_alphanumeric() { Kind::Address } else { Kind::Handle };
                    return self.push(kind, None, part, here, end);
                }
            }
            '#' | '＃' if !before.is_alphanumeric() => return self.cut_hashtag(whole, part, here.after(c)),
            _ => {}
        }
        if !before.is_alphanumeric()
            && let Some((word, length)) = self.lexicon.emoticon(rest)
        {
            let end = Place { byte: here.byte + length, at: here.at + length as u32 };
            return self.push(Kind::Symbol, Some(word), part, here, end);
        }
        if !c.is_ascii()
            && let Some(word) = self.lexicon.symbol(c)
        {
            return self.push(Kind::Symbol, Some(word), part, here, here.after(c));
        }
        self.punctuate(rest, part, here, c);
        here.after(c)
    }

    fn punctuate(&mut self, rest: &str, part: SpanPart, here: Place, c: char) {
        let next = rest.chars().nth(1);
        let ends = next.is_none_or(|next| !next.is_alphanumeric());
        match c {
            // Inside of a word a question mark is part of an address that lacks its beginning.
            '?' | '？' | '؟' if ends || c != '?' => {
                self.sentence.questions += 1;
                self.sentence.question_at = Some(Span { part, start: here.at, end: here.at + 1 });
                if !next.is_some_and(is_mark) {
                    self.end_sentence();
                }
            }
            '!' | '！' => {
                self.sentence.exclamations += 1;
                if ends && !next.is_some_and(is_mark) {
                    self.end_sentence();
                }
            }
            '.' | '…' | '。' if ends && !next.is_some_and(is_mark) => self.end_sentence(),
            '\n' => self.end_sentence(),
            ',' | ';' | ':' | '(' | ')' | '–' | '—' | '，' | '"' | '“' | '”' | '«' | '»' => self.clause += 1,
            _ => {}
        }
    }

    fn end_sentence(&mut self) {
        self.clause += 1;
        let mut sentence = self.sentence;
        sentence.end = self.text.tokens.len();
        if sentence.end > sentence.first || sentence.questions > 0 {
            self.text.sentences.push(sentence);
        }
        self.sentence = Sentence { first: self.text.tokens.len(), ..Sentence::default() };
    }

    fn cut_word(&mut self, whole: &str, part: SpanPart, start: Place, is_tag: bool) -> Place {
        let mut word = Word::default();
        let mut here = start;
        for c in whole[start.byte..].chars() {
            if is_apostrophe(c) {
                let next = whole[here.byte + c.len_utf8()..].chars().next();
                if !next.is_some_and(char::is_alphanumeric) || is_tag {
                    break;
                }
                // French and Italian elisions are words of their own: l'attesa, n'arrive.
                if is_elision(&word.folded) {
                    break;
                }
            } else if c.is_alphanumeric() {
                if is_tag && here.at > start.at && begins_tag_word(whole, here, c) {
                    break;
                }
                word.push(c);
            } else if !is_mark_on_letter(c) {
                break;
            }
            here = here.after(c);
        }
        self.push_word(word, part, start, here, is_tag);
        here
    }

    fn push_word(&mut self, word: Word, part: SpanPart, start: Place, end: Place, is_tag: bool) {
        let is_number = word.digits > 0 && word.letters == 0;
        let kind = if is_number { Kind::Number } else { Kind::Word };
        let whole = if part == SpanPart::Title { self.text.title } else { self.text.text };
        let original = whole.get(start.byte..end.byte).unwrap_or_default();
        let mut known = self.lexicon.accented(original).or_else(|| self.lexicon.word(&word.folded));
        let is_long = word.longest_run > 2 && word.letters > 0 && word.folded.len() <= LONGEST_WORD;
        if is_long && known.is_none() {
            let look = |longest| shorten_runs(&word.folded, longest).and_then(|short| self.lexicon.word(&short));
            known = look(2).or_else(|| look(1));
        }
        let is_loud = word.capitals > 1 && word.capitals == word.letters;
        self.push(kind, known, part, start, end);
        if let Some(token) = self.text.tokens.last_mut() {
            (token.is_loud, token.is_long, token.is_tag) = (is_loud, is_long, is_tag);
        }
    }

    fn cut_hashtag(&mut self, whole: &str, part: SpanPart, start: Place) -> Place {
        let rest = &whole[start.byte..];
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let tag = &rest[..length];
        self.hashtags += 1;
        if self.hashtags <= MOST_CUT_HASHTAGS
            && let Some(cuts) = self.lexicon.cut_hashtag(tag)
        {
            let mut here = start;
            for cut in cuts {
                let end = Place { byte: here.byte + cut, at: here.at + cut as u32 };
                let mut word = Word::default();
                whole[here.byte..end.byte].chars().for_each(|c| word.push(c));
                self.push_word(word, part, here, end, true);
                here = end;
            }
            return here;
        }
        let end = start.byte + length;
        let mut here = start;
        while here.byte < end {
            match whole[here.byte..].chars().next() {
                Some(c) if c.is_alphanumeric() => here = self.cut_word(&whole[..end], part, here, true),
                Some(c) => here = here.after(c),
                None => break,
            }
        }
        here
    }

    fn push(&mut self, kind: Kind, word: Option<WordId>, part: SpanPart, start: Place, end: Place) -> Place {
        self.text.tokens.push(Token {
            kind,
            word,
            part,
            start: start.at,
            end: end.at,
            from: start.byte as u32,
            to: end.byte as u32,
            sentence: self.text.sentences.len() as u32,
            clause: self.clause,
            is_loud: false,
            is_long: false,
            is_tag: false,
        });
        end
    }
}

/// A word as it is read letter by letter.
#[derive(Debug, Default)]
struct Word {
    folded: String,
    letters: u32,
    capitals: u32,
    digits: u32,
    run: u32,
    longest_run: u32,
    last: Option<char>,
}

impl Word {
    fn push(&mut self, c: char) {
        self.letters += u32::from(c.is_alphabetic());
        self.digits += u32::from(c.is_numeric());
        self.capitals += u32::from(c.is_uppercase());
        let lower = c.to_ascii_lowercase();
        self.run = if self.last == Some(lower) { self.run + 1 } else { 1 };
        self.last = Some(lower);
        self.longest_run = self.longest_run.max(self.run);
        // Past the longest word only one more letter is kept, which makes it unknown to every lexicon;
        // letters that are drawn out for a page are dropped, so that the word under them is still found.
        if self.run <= 3 && self.folded.len() <= LONGEST_WORD {
            push_folded(c, &mut self.folded);
        }
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '?' | '!' | '.' | '…' | '？' | '！')
}

fn is_mark_on_letter(c: char) -> bool {
    !c.is_ascii() && unicode_normalization::char::is_combining_mark(c)
}

/// In a hashtag a word begins at a capital after a small letter, at the last of several capitals, and where letters and digits meet.
fn begins_tag_word(whole: &str, here: Place, c: char) -> bool {
    let before = whole[..here.byte].chars().next_back();
    let after = whole[here.byte + c.len_utf8()..].chars().next();
    before.is_some_and(|before| {
        (c.is_uppercase() && before.is_lowercase())
            || (c.is_uppercase() && before.is_uppercase() && after.is_some_and(char::is_lowercase))
            || (c.is_numeric() != before.is_numeric())
    })
}

/// The end of the URL that begins here.
fn address_end(whole: &str, here: Place, before: char) -> Option<Place> {
    if before.is_alphanumeric() {
        return None;
    }
    let rest = whole.get(here.byte..)?.as_bytes();
    let begins = |start: &str| rest.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()));
    if !(begins("http://") || begins("https://") || begins("www.")) {
        return None;
    }
    let rest = &whole[here.byte..];
    let stop = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '“' | '”' | '«' | '»' | '…');
    let url = &rest[..rest.find(stop).unwrap_or(rest.len())];
    let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'', '’']);
    Some(Place { byte: here.byte + url.len(), at: here.at + url.chars().count() as u32 })
}

/// The end of the handle whose `@` stands here, with the server where one follows.
fn handle_end(whole: &str, here: Place) -> Place {
    let mut end = here;
    let mut place = here;
    let mut signs = 0;
    for c in whole[here.byte..].chars() {
        place = place.after(c);
        match c {
            '@' | '＠' if signs < 2 => signs += 1,
            '.' | '-' => {}
            _ if c.is_alphanumeric() || c == '_' => end = place,
            _ => break,
        }
    }
    if end.at == here.at { here.after('@') } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let lexicon = Lexicon::shipped().expect("lexicons");
        let post = Post::new("x", "1", text);
        let text = Text::of_post(&post, &lexicon);
        text.tokens
            .iter()
            .map(|token| {
                let original = text.original(token);
                let by_characters: String =
                    post.text.chars().skip(token.start as usize).take((token.end - token.start) as usize).collect();
                assert_eq!(original, by_characters, "bytes and characters agree");
                original.to_owned()
            })
            .collect()
    }

    #[test]
    fn posts_are_cut_into_words_handles_and_addresses() {
        let check = |text: &str, expected: &[&str]| assert_eq!(cut(text), expected, "{text}");
        check("my order, #42 never arrived.", &["my", "order", "42", "never", "arrived"]);
        check("@ana@social.example: don’t!", &["@ana@social.example", "don’t"]);
        check("see (https://a.example/x?y=1).", &["see", "https://a.example/x?y=1"]);
        check("mail ana@acme.example please", &["mail", "ana", "@acme.example", "please"]);
        check("l'attesa n’arrive", &["l", "attesa", "n", "arrive"]);
        check("#NotHappy #worst_service", &["Not", "Happy", "worst", "service"]);
        check("😡😡 ok :-)", &["😡", "😡", "ok", ":-)"]);
        check("", &[]);
        check("@ # . '", &[]);
    }

    #[test]
    fn questions_are_counted_outside_of_addresses() {
        let lexicon = Lexicon::shipped().expect("lexicons");
        let check = |text: &str, expected: u32| {
            let post = Post::new("x", "1", text);
            let questions: u32 = Text::of_post(&post, &lexicon).sentences.iter().map(|s| s.questions).sum();
            assert_eq!(questions, expected, "{text}");
        };
        check("is it open? https://a.example/?q=1", 1);
        check("acme.example/?q=1", 0);
        check("https://a.example/?", 1);
        check("what??? why?!", 4);
    }
}
