//! The store's contract, run on both engines, and what only one of them can do wrong.

mod answers;
mod cases;
mod commit;
mod cut;
mod feed;
mod labels;
mod load;
mod notifications;
mod operate;
mod outreach;
mod past;
mod people;
mod posts;
mod said;
mod schema;
mod support;
mod sweep;
mod things;
mod trouble;
mod views;
mod volume;
mod words;
