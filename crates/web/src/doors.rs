//! Routes together with the right that each takes.
//!
//! A route is registered here or not at all: whoever adds one says in the same line who may come in, and the guard
//! (see [`crate::visitor`]) refuses whatever stands in no line. The committed table `docs/reference/rights.md` is
//! compared with what is registered.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodRouter, on};
use switchboard_app::rights::Right;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{PathItem, Paths};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::options::Web;

/// Who comes in at a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Everybody, also before the set-up.
    Open,
    /// Whoever holds a token that the handler itself looks at.
    Token,
    /// Monitors on this machine, and whoever has the right.
    Near(Right),
    /// Users, for what is their own; the owner of the machine has none of it.
    Own,
    /// Whoever has the right.
    With(Right),
}

impl Entry {
    /// The word for it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "everybody",
            Self::Token => "token",
            Self::Near(_) => "near",
            Self::Own => "own",
            Self::With(Right::Read) => "read",
            Self::With(Right::Work) => "work",
            Self::With(Right::Administer) => "administer",
            Self::With(Right::Operate) => "operate",
        }
    }
}

impl From<Right> for Entry {
    fn from(right: Right) -> Self {
        Self::With(right)
    }
}

/// Who comes in where: by the path as it is registered, then by method.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table(HashMap<String, Vec<(Method, Entry)>>);

/// What the table says about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Entry(Entry),
    /// The path is registered, the method is not: the router says so.
    NoMethod,
    /// A route that was not registered here. Nobody comes in.
    Unknown,
}

impl Table {
    fn add(&mut self, method: Method, path: &str, entry: Entry) {
        let methods = self.0.entry(path.to_owned()).or_default();
        assert!(methods.iter().all(|(known, _)| *known != method), "{method} {path} is registered twice");
        methods.push((method, entry));
    }

    pub(crate) fn find(&self, method: &Method, path: &str) -> Found {
        // What answers GET answers HEAD.
        let method = if method == Method::HEAD { &Method::GET } else { method };
        match self.0.get(path) {
            None => Found::Unknown,
            Some(methods) => methods
                .iter()
                .find(|(known, _)| known == method)
                .map_or(Found::NoMethod, |(_, entry)| Found::Entry(*entry)),
        }
    }

    /// All of it in the order of paths.
    pub(crate) fn rows(&self) -> Vec<(Method, String, Entry)> {
        let rows = self
            .0
            .iter()
            .flat_map(|(path, methods)| methods.iter().map(|(method, entry)| (method.clone(), path.clone(), *entry)));
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by(|one, other| (&one.1, one.0.as_str()).cmp(&(&other.1, other.0.as_str())));
        rows
    }
}

/// A router that knows who may come in where.
pub(crate) struct Doors {
    router: OpenApiRouter<Web>,
    table: Table,
}

impl Doors {
    /// Without a description for programs.
    pub(crate) fn new() -> Self {
        Self { router: OpenApiRouter::new(), table: Table::default() }
    }

    /// With a document that routes of the API are described in.
    pub(crate) fn described(document: OpenApi) -> Self {
        Self { router: OpenApiRouter::with_openapi(document), table: Table::default() }
    }

    /// Something to read.
    pub(crate) fn get<H, T>(self, entry: impl Into<Entry>, path: &str, handler: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        self.route(entry.into(), Method::GET, path, on(axum::routing::MethodFilter::GET, handler))
    }

    /// A form that does something.
    pub(crate) fn post<H, T>(self, entry: impl Into<Entry>, path: &str, handler: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        self.route(entry.into(), Method::POST, path, on(axum::routing::MethodFilter::POST, handler))
    }

    fn route(mut self, entry: Entry, method: Method, path: &str, route: MethodRouter<Web>) -> Self {
        self.table.add(method, path, entry);
        Self { router: self.router.route(path, route), table: self.table }
    }

    /// Operations of the API, with their description: `routes!(…)`.
    pub(crate) fn api(mut self, entry: impl Into<Entry>, routes: UtoipaMethodRouter<Web>) -> Self {
        let entry = entry.into();
        for (method, path) in operations(&routes.1) {
            self.table.add(method, &path, entry);
        }
        Self { router: self.router.routes(routes), table: self.table }
    }

    /// The router, who may come in where, and the document.
    pub(crate) fn into_parts(self) -> (Router<Web>, Table, OpenApi) {
        let (router, document) = self.router.split_for_parts();
        (router, self.table, document)
    }
}

fn operations(paths: &Paths) -> Vec<(Method, String)> {
    let methods = |item: &PathItem| {
        let operations = [
            (Method::GET, item.get.is_some()),
            (Method::POST, item.post.is_some()),
            (Method::PUT, item.put.is_some()),
            (Method::PATCH, item.patch.is_some()),
            (Method::DELETE, item.delete.is_some()),
        ];
        operations.into_iter().filter_map(|(method, is_there)| is_there.then_some(method)).collect::<Vec<_>>()
    };
    let paths = paths.paths.iter();
    paths.flat_map(|(path, item)| methods(item).into_iter().map(|method| (method, path.clone()))).collect()
}

/// Several groups of doors as one router and one table.
pub(crate) fn joined(groups: impl IntoIterator<Item = Doors>) -> (Router<Web>, Arc<Table>) {
    let (mut router, mut table) = (Router::new(), Table::default());
    for group in groups {
        let (routes, rows, _) = group.into_parts();
        router = router.merge(routes);
        for (method, path, entry) in rows.rows() {
            table.add(method, &path, entry);
        }
    }
    (router, Arc::new(table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_registered_is_unknown() {
        let doors = Doors::new().get(Right::Read, "/a", || async {}).post(Right::Work, "/a", || async {});
        let (_, table, _) = doors.into_parts();
        let check = |method: Method, path: &str, expected: Found| {
            assert_eq!(table.find(&method, path), expected, "{method} {path}");
        };
        check(Method::GET, "/a", Found::Entry(Entry::With(Right::Read)));
        check(Method::HEAD, "/a", Found::Entry(Entry::With(Right::Read)));
        check(Method::POST, "/a", Found::Entry(Entry::With(Right::Work)));
        check(Method::PUT, "/a", Found::NoMethod);
        check(Method::GET, "/b", Found::Unknown);
    }
}
