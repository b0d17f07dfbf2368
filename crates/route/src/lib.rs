//! Department and priority of a post, by simple visible rules.
//!
//! Fifth step on the way of the data (… understand → **route** → answer). [`Router`] takes the post, what was
//! understood about it, which conditions of the rules hold and where the matching searches lean to, and says
//! where the post should go and how urgent it is, each with its reasons.
//!
//! What past cases say of a post is [`learning`]'s: where rules, intents and topics are not sure, it decides.
//!
//! It also counts time: [`calendar`] knows when somebody works, [`duty`] lays that over each other, [`sla`] which clocks run
//! on a case and when they run out, [`hops`] who had it how long.
//! [`notification`] says who hears of an event and when, [`named`] whom a note means by `@name`.
//! [`waiting`] knows since when an author has been waiting for us.
//! [`turn`] says who of a desk is given a case in turn, [`exposure`] how much abuse somebody has had to read.
//!
//! It does not match queries (the conditions of rules are evaluated together with the searches), opens no case
//! and reads no clock. To add a department or rule, edit `departments.toml` and `rules.toml`; to
//! add a part of the priority, add a function to `priority.rs` and name it in `priority` there.

pub mod calendar;
mod config;
pub mod duty;
pub mod exposure;
pub mod hops;
mod keywords;
pub mod learning;
pub mod named;
pub mod notification;
pub mod outreach;
mod priority;
mod risk;
mod router;
pub mod sla;
pub mod turn;
pub mod waiting;

pub use config::{ConfigProblem, DepartmentConfig, Departments, INTENTS, InvalidConfig, Rule, Rules, parse_formula};
pub use router::{Hints, Learnt, Routed, Router};

#[doc(no_inline)]
pub use switchboard_model::{Destination, Priority, PriorityPart};
