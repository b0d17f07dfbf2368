//! A made-up company, for those who want to see Switchboard at work before they give it anything of their own.
//!
//! [`data`] reads what was written by hand in `data/`: company, conversations, what colleagues did about them. [`seed`]
//! plays it through the ordinary operations of `switchboard-app`, with a clock that stands wherever the history is, so that
//! the demonstration shows nothing that the product does not do. [`stage`] goes on from there: posts keep arriving, a
//! storm comes in chapters when somebody asks for it, and authors answer. [`networks`] stands in for the outside world:
//! nothing is fetched from anywhere and nothing leaves.
//!
//! To add a conversation, write it into `data/threads`; its README says how.

pub mod clock;
pub mod data;
mod founding;
pub mod networks;
mod reach;
pub mod seed;
pub mod stage;
pub mod writer;

pub use clock::DemoClock;
pub use data::{Data, DataError};
pub use networks::DemoNetworks;
pub use seed::{SeedError, Seeded, seed};
pub use stage::Stage;
