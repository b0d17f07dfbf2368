//! `[web]`

use std::net::{Ipv4Addr, SocketAddr};

use crate::config::section::section;
use crate::config::value::{Check, Places};

section! {
    /// The pages and the API.
    Web "web" {
        /// Address and port to listen on.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 8400)) => Check::Loopback,
        /// Host names under which the pages may be asked for, beside those of this machine: the name of a proxy that
        /// stands before them. Requests for any other name are refused, because another site's name server sent them.
        hosts: Places = Places::default() => Check::Names,
    }
}
