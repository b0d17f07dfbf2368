//! Examples: texts that an administrator gives for a department, so that it is known before it had any case.

use switchboard_model::{DepartmentId, Example, Lesson, Post};

use super::RuleError;
use crate::App;
use crate::rights::{Actor, Right};

/// So many are taken at once.
pub const MOST_AT_ONCE: usize = 100;

impl App {
    /// All examples, oldest first.
    pub async fn examples(&self, actor: &Actor) -> Result<Vec<Example>, RuleError> {
        actor.may(Right::Administer)?;
        Ok(self.store.list_examples().await?)
    }

    /// Learns what a department takes from texts. They count from now on; five are enough for it to be proposed.
    pub async fn add_examples(
        &self,
        actor: &Actor,
        department: DepartmentId,
        texts: &[String],
    ) -> Result<Vec<Example>, RuleError> {
        actor.may(Right::Administer)?;
        let people = self.people();
        let known = people.department(department).filter(|department| department.is_active);
        if known.is_none() {
            return Err(RuleError::bad("department", "there is no such department, or it is closed"));
        }
        let texts: Vec<&str> = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
        if texts.is_empty() || texts.len() > MOST_AT_ONCE {
            return Err(RuleError::bad(
                "texts",
                format!("give 1 to {MOST_AT_ONCE} examples at once, each with some words"),
            ));
        }
        if texts.iter().any(|text| text.chars().count() > Example::LONGEST) {
            return Err(RuleError::bad("texts", format!("an example has at most {} characters", Example::LONGEST)));
        }
        let mut learner = self.experience.learner().await;
        let there = self.store.list_examples().await?.len();
        if there + texts.len() > Example::MOST {
            let most = Example::MOST;
            return Err(RuleError::bad(
                "texts",
                format!("there are {there} examples; {most} are kept, remove some first"),
            ));
        }
        let (by, at) = (actor.by(), self.now());
        let example = |text: &str| Example { id: 0, department, text: text.to_owned(), by, at };
        let examples = self.store.add_examples(texts.into_iter().map(example).collect()).await?;
        let triage = self.triage();
        for example in &examples {
            let features = triage.reader().features(&Post::new("example", "", &example.text));
            learner.learn(Lesson::Example(example.id), example.at, department, features);
        }
        self.publish_learned(&learner).await?;
        Ok(examples)
    }

    /// Removes an example; it is as if it had never been given.
    pub async fn remove_example(&self, actor: &Actor, id: i64) -> Result<(), RuleError> {
        actor.may(Right::Administer)?;
        let mut learner = self.experience.learner().await;
        if !self.store.delete_example(id).await? {
            return Err(RuleError::UnknownExample(id));
        }
        learner.forget(Lesson::Example(id));
        Ok(self.publish_learned(&learner).await?)
    }
}
