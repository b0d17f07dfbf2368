//! Statements of saved views.

use super::{Statement, statements};

macro_rules! view_columns {
    () => {
        "id, user_id, name, filter, created_at"
    };
}

statements! {
    INSERT_VIEW = "insert into views (id, user_id, name, filter, created_at) values ($1, $2, $3, $4, $5)";
    UPDATE_VIEW = "update views set user_id = $2, name = $3, filter = $4 where id = $1";
    DELETE_VIEW = "delete from views where id = $1";
    FIND_VIEW = concat!("select ", view_columns!(), " from views where id = $1");
    /// A user's own, and those that are shared.
    LIST_VIEWS = concat!("select ", view_columns!(), " from views where user_id = $1 or user_id is null \
        order by created_at, id");
    LIST_SHARED_VIEWS = concat!("select ", view_columns!(), " from views where user_id is null \
        order by created_at, id");
}
