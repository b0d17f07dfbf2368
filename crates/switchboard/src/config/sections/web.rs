//! `[web]`

use std::net::{Ipv4Addr, SocketAddr};

use crate::config::section::section;
use crate::config::value::{Check, Places, ServerUrl};

section! {
    /// The pages and the API.
    Web "web" {
        /// Address and port to listen on.
        /// Anything but an address of this machine lets others reach it: put a proxy that speaks https before it, and name
        /// the proxy's address under `public_url`.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 8400)) => Check::None,
        /// The address under which people reach the pages, where it is another one than `listen`: that of a proxy. Links
        /// that are handed on begin with it, and its name is answered to as those of `hosts` are.
        public_url: ServerUrl = ServerUrl::fixed("") => Check::SchemeOrNone(&["https", "http"]),
        /// Host names under which the pages may be asked for, beside those of this machine: the name of a proxy that
        /// stands before them. Requests for any other name are refused, because another site's name server sent them.
        hosts: Places = Places::default() => Check::Names,
        /// Whether pages show the pictures of posts and the avatars of authors. They are fetched by this installation, as
        /// the posts are, so that the browsers of those who read ask no other host; what is fetched is kept in memory only.
        pictures: bool = true,
    }
}
