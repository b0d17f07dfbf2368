//! What was written by hand: the files of `data/`, read and checked as a whole.

mod company;
mod moment;
mod thread;

use std::collections::BTreeMap;

use rust_embed::Embed;
use serde::de::DeserializeOwned;

pub use company::{
    AccountText, AwayText, CompanyText, DepartmentText, HolidaysText, PersonText, SearchTextFile, TeamText,
};
pub use moment::Moment;
pub use thread::{Act, AnswerText, AuthorText, Chapter, Deed, Picture, PostText, Step, Thread};

use thread::{AnswerFile, ChapterFile, ThreadFile};

#[derive(Embed)]
#[folder = "data/"]
struct Files;

#[derive(Embed)]
#[folder = "pictures/"]
struct Pictures;

/// Something in the files that cannot be used. The files are part of the program, so a test sees it first.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {message}")]
pub struct DataError {
    /// The file below `data/`.
    pub file: String,
    /// What is wrong.
    pub message: String,
}

/// Everything.
#[derive(Debug, Clone)]
pub struct Data {
    /// Who works there.
    pub company: CompanyText,
    /// Who speaks, by key.
    pub authors: BTreeMap<String, AuthorText>,
    /// What was said and done.
    pub threads: Vec<Thread>,
    /// What happens next.
    pub storm: Vec<Chapter>,
    /// What goes on arriving.
    pub live: Vec<PostText>,
    /// What authors write back.
    pub answers: Vec<AnswerText>,
}

impl Data {
    /// Reads all files.
    ///
    /// # Errors
    /// Names the file and what is wrong with it.
    pub fn read() -> Result<Self, DataError> {
        let mut data = Self {
            company: parse("company.toml")?,
            authors: BTreeMap::new(),
            threads: Vec::new(),
            storm: Vec::new(),
            live: Vec::new(),
            answers: parse::<AnswerFile>("answers.toml")?.answer,
        };
        for file in files_in("threads/") {
            let ThreadFile { author, thread } = parse(&file)?;
            data.introduce(&file, author)?;
            data.threads.extend(thread);
        }
        for file in files_in("storm/") {
            let ChapterFile { author, title, about, post } = parse(&file)?;
            data.introduce(&file, author)?;
            data.storm.push(Chapter { title, about, posts: post });
        }
        for file in files_in("live/") {
            let ChapterFile { author, post, .. } = parse(&file)?;
            data.introduce(&file, author)?;
            data.live.extend(post);
        }
        data.check()?;
        Ok(data)
    }

    fn introduce(&mut self, file: &str, authors: BTreeMap<String, AuthorText>) -> Result<(), DataError> {
        for (key, author) in authors {
            if self.authors.insert(key.clone(), author).is_some() {
                return Err(wrong(file, format!("there is an author '{key}' in another file already")));
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), DataError> {
        let known = |file: &str, post: &PostText| match self.authors.contains_key(&post.by) {
            true => Ok(()),
            false => Err(wrong(file, format!("nobody introduces the author '{}'", post.by))),
        };
        let mut names = std::collections::BTreeSet::new();
        for thread in &self.threads {
            if !names.insert(&thread.name) {
                return Err(wrong("threads", format!("there are two threads '{}'", thread.name)));
            }
            for step in &thread.step {
                match &step.deed {
                    Deed::Said(post) => known(&thread.name, post)?,
                    Deed::Done(act) => self.check_act(&thread.name, act)?,
                }
            }
        }
        let loose = self.storm.iter().flat_map(|chapter| &chapter.posts).chain(&self.live);
        for post in loose {
            known("storm and live", post)?;
            if let Some(thread) = post.answers.as_ref().filter(|name| !names.contains(name)) {
                return Err(wrong("storm and live", format!("there is no thread '{thread}' to answer")));
            }
        }
        Ok(())
    }

    fn check_act(&self, thread: &str, act: &Act) -> Result<(), DataError> {
        if self.company.person(&act.by).is_none() {
            return Err(wrong(thread, format!("nobody in the company is '{}'", act.by)));
        }
        match &act.to {
            Some(to) if self.company.person(to).is_none() && self.company.department(to).is_none() => {
                Err(wrong(thread, format!("'{to}' is neither a person nor a department")))
            }
            _ => Ok(()),
        }
    }

    /// How many posts the public wrote before the start.
    pub fn posts(&self) -> usize {
        let steps = self.threads.iter().flat_map(|thread| &thread.step);
        steps.filter(|step| matches!(step.deed, Deed::Said(_))).count()
    }
}

/// A picture, by its name without ending; PNG.
pub fn picture(name: &str) -> Option<Vec<u8>> {
    Some(Pictures::get(&format!("{name}.png"))?.data.into_owned())
}

fn files_in(folder: &str) -> Vec<String> {
    let mut files: Vec<String> = Files::iter().filter(|file| file.starts_with(folder)).map(Into::into).collect();
    files.sort();
    files
}

fn parse<T: DeserializeOwned>(file: &str) -> Result<T, DataError> {
    let content = Files::get(file).ok_or_else(|| wrong(file, "it is not there".to_owned()))?;
    let text = std::str::from_utf8(&content.data).map_err(|error| wrong(file, error.to_string()))?;
    toml::from_str(text).map_err(|error| wrong(file, error.to_string()))
}

fn wrong(file: &str, message: String) -> DataError {
    DataError { file: file.to_owned(), message }
}
