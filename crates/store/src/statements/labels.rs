//! Statements of what routing learns from.

use super::{Statement, heads, statements};

macro_rules! label_columns {
    () => {
        "case_id, post, version, department, source, at, first, proposed, score, probability"
    };
}

statements! {
    SET_LABEL = "insert into labels (case_id, post, version, department, source, at, first, proposed, score, \
        probability) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (case_id) do update set \
        post = excluded.post, version = excluded.version, department = excluded.department, source = excluded.source, \
        at = excluded.at, first = excluded.first, proposed = excluded.proposed, score = excluded.score, \
        probability = excluded.probability";
    DELETE_LABEL = "delete from labels where case_id = $1";
    NEWEST_LABELS = concat!("select ", label_columns!(), " from labels order by at desc, case_id desc limit $1");
    LABELS_SINCE = concat!("select ", label_columns!(), " from labels where at >= $1 order by at desc, case_id desc \
        limit $2");
    STALE_LABELS = "select labels.case_id from labels join posts on posts.seq = labels.post \
        where posts.deleted_at is not null or posts.version <> labels.version order by labels.case_id";
    CASES_BEFORE = "select id from cases where id < $1 order by id desc limit $2";
    COUNT_LABELS = "select count(*) from labels";

    INSERT_EXAMPLE = "insert into examples (department, text, actor, at) values ($1, $2, $3, $4) returning id";
    DELETE_EXAMPLE = "delete from examples where id = $1";
    LIST_EXAMPLES = "select id, department, text, actor, at from examples order by id";
}

heads! {
    LABELS_OF_HEAD = concat!("select ", label_columns!(), " from labels where case_id in (");
}
