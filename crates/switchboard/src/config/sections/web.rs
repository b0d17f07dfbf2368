//! `[web]`

use std::net::{Ipv4Addr, SocketAddr};

use crate::config::section::section;
use crate::config::value::Check;

section! {
    /// The pages and the API.
    Web "web" {
        /// Address and port to listen on.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 8400)) => Check::Loopback,
    }
}
