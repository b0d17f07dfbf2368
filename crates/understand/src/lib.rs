//! Signals read from a post's text: language, sentiment, intents, with evidence.
