//! Writing into the room of a chat by its incoming webhook.
//!
//! Slack: <https://api.slack.com/messaging/webhooks> (Mattermost and others take the same). Discord:
//! <https://discord.com/developers/docs/resources/webhook#execute-webhook>. Teams: an adaptive card, as workflows take it,
//! <https://learn.microsoft.com/power-automate/teams/send-a-message-in-teams>.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};
use switchboard_model::chat::ChatFormat;
use switchboard_model::mail::Untaken;
use url::Url;

use crate::Networks;
use crate::http::{Request, host_of, retry_after};

/// How long a chat may take.
const WITHIN: Duration = Duration::from_secs(20);
/// The most of an answer that is read.
const MOST_BYTES: usize = 64 << 10;
/// The most characters of a message that each of them takes.
const MOST: usize = 1_900;

impl Networks {
    /// Writes lines into a room. What is written passes the guard of everything that is fetched: a chat of the company's own
    /// network has to be allowed in the configuration.
    pub async fn send_chat(&self, format: ChatFormat, url: &str, lines: &[String]) -> Result<(), Untaken> {
        let refused = |why: String| Untaken::for_good(why);
        let url = Url::parse(url).map_err(|_| refused("the address of the webhook cannot be read".to_owned()))?;
        let host = host_of(&url);
        let request =
            Request::post_json(url, &body(format, lines)).max_body(MOST_BYTES).within(WITHIN).without_redirects();
        let answer = self.http().send(request.out_of_turn()).await;
        // The address is a secret and does not stand in what went wrong.
        let answer = answer.map_err(|error| Untaken::for_now(error.to_string()))?;
        match answer.status.as_u16() {
            200..=299 => Ok(()),
            status @ (408 | 425 | 429 | 500..=599) => {
                let after = retry_after(&answer.headers, self.http().clock().now());
                let after = after.and_then(|wait| SignedDuration::try_from(wait).ok());
                Err(Untaken { after, ..Untaken::for_now(format!("{host} answered {status}")) })
            }
            status => Err(refused(format!("{host} answered {status}; make the webhook anew and name it here"))),
        }
    }
}

/// What a chat is sent. Nothing in it can call everybody: what would is escaped, or forbidden in the message.
fn body(format: ChatFormat, lines: &[String]) -> Value {
    let text: String = lines.join("\n").chars().take(MOST).collect();
    match format {
        ChatFormat::Slack => {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            json!({ "text": text.replace('@', "@\u{200b}") })
        }
        ChatFormat::Discord => json!({ "content": text, "allowed_mentions": { "parse": [] } }),
        ChatFormat::Teams => {
            let block = |line: &String| json!({ "type": "TextBlock", "text": line, "wrap": true });
            let blocks: Vec<Value> = lines.iter().map(block).collect();
            let card = json!({
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard",
                "version": "1.4", "body": blocks,
            });
            let attachment = json!({ "contentType": "application/vnd.microsoft.card.adaptive", "content": card });
            json!({ "type": "message", "attachments": [attachment] })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_chat_is_written_to_in_its_own_way() {
        let lines = ["Case 7 is offered to <Sales> & @channel".to_owned(), "https://desk.example/cases/7".to_owned()];
        let slack = body(ChatFormat::Slack, &lines);
        assert_eq!(
            slack["text"],
            "Case 7 is offered to &lt;Sales&gt; &amp; @\u{200b}channel\nhttps://desk.example/cases/7"
        );
        let discord = body(ChatFormat::Discord, &lines);
        assert_eq!(discord["allowed_mentions"]["parse"], json!([]));
        assert!(discord["content"].as_str().is_some_and(|text| text.ends_with("/cases/7")));
        let teams = body(ChatFormat::Teams, &lines);
        assert_eq!(teams["attachments"][0]["content"]["body"][1]["text"], "https://desk.example/cases/7");
        let long = body(ChatFormat::Discord, &["x".repeat(5_000)]);
        assert_eq!(long["content"].as_str().map(str::len), Some(MOST));
    }
}
