//! Statements of the people: users, departments, company, rules, and what lets users in.

use super::{Statement, statements};

macro_rules! user_columns {
    () => {
        "id, name, email, role, is_active, password is not null as has_password, languages, time_zone, duty, profile, \
         chosen, created_at, failures, locked_until"
    };
}

macro_rules! department_columns {
    () => {
        "id, key, name, head, deputy, intents, keywords, is_active, place, office, created_at"
    };
}

macro_rules! rule_columns {
    () => {
        "id, place, name, condition, intent, department, tags, priority, is_enabled, owner, dismisses, stops"
    };
}

statements! {
    INSERT_USER = "insert into users (id, name, email, password, role, is_active, languages, time_zone, duty, \
        created_at, profile) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    UPDATE_USER = "update users set name = $2, email = $3, role = $4, is_active = $5, languages = $6, time_zone = $7, \
        duty = $8, profile = $9 where id = $1";
    LIST_USERS = concat!("select ", user_columns!(), " from users left join preferences on preferences.user_id = users.id \
        order by created_at, id");
    FIND_PASSWORD = "select password from users where id = $1";
    SET_PASSWORD = "update users set password = $2, failures = 0, locked_until = null where id = $1";
    NOTE_FAILURES = "update users set failures = $2, locked_until = $3 where id = $1";

    SET_PREFERENCES = "insert into preferences (user_id, chosen) values ($1, $2) \
        on conflict (user_id) do update set chosen = excluded.chosen";

    LIST_MEMBERS = "select user_id, department from members order by user_id, department";
    DELETE_MEMBERS_OF_USER = "delete from members where user_id = $1";
    INSERT_MEMBER = "insert into members (user_id, department) values ($1, $2) on conflict do nothing";

    INSERT_DEPARTMENT = "insert into departments (id, key, name, head, deputy, intents, keywords, is_active, place, \
        created_at, office) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    UPDATE_DEPARTMENT = "update departments set key = $2, name = $3, head = $4, deputy = $5, intents = $6, \
        keywords = $7, is_active = $8, place = $9, office = $10 where id = $1";
    LIST_DEPARTMENTS = concat!("select ", department_columns!(), " from departments order by place, key");

    INSERT_COMPANY = "insert into company (id, name, handles, website, fallback, created_at, team, holidays) \
        values (1, $1, $2, $3, $4, $5, $6, $7)";
    UPDATE_COMPANY = "update company set name = $1, handles = $2, website = $3, fallback = $4, team = $5, holidays = $6 where id = 1";
    FIND_COMPANY = "select name, handles, website, fallback, team, holidays from company where id = 1";

    INSERT_RULE = "insert into rules (id, place, name, condition, intent, department, tags, priority, is_enabled, \
        owner, dismisses, stops) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    UPDATE_RULE = "update rules set place = $2, name = $3, condition = $4, intent = $5, department = $6, tags = $7, \
        priority = $8, is_enabled = $9, owner = $10, dismisses = $11, stops = $12 where id = $1";
    INSERT_RULE_SET = "insert into rule_sets (number, at, actor, rules) \
        values ((select coalesce(max(number), 0) + 1 from rule_sets), $1, $2, $3)";
    NEWEST_RULE_SET = "select number, at, actor, rules from rule_sets order by number desc limit 1";
    RULE_SET_AT = "select number, at, actor, rules from rule_sets where at <= $1 \
        or number = (select min(number) from rule_sets) order by number desc limit 1";
    INSERT_FORMULA = "insert into formulas (number, at, actor, formula) \
        values ((select coalesce(max(number), 0) + 1 from formulas), $1, $2, $3)";
    NEWEST_FORMULA = "select number, at, actor, formula from formulas order by number desc limit 1";
    /// A pack, or what it has become.
    KEEP_PACK = "insert into packs (name, title, description, kind, languages, query, based_on, updated_at, actor) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (name) do update set title = excluded.title, \
        description = excluded.description, kind = excluded.kind, languages = excluded.languages, \
        query = excluded.query, based_on = excluded.based_on, updated_at = excluded.updated_at, actor = excluded.actor";
    DELETE_PACK = "delete from packs where name = $1";
    LIST_PACKS = "select name, title, description, kind, languages, query, based_on, updated_at, actor \
        from packs order by name";
    PLACE_RULE = "update rules set place = $2 where id = $1";
    DELETE_RULE = "delete from rules where id = $1";
    LIST_RULES = concat!("select ", rule_columns!(), " from rules order by place, name");

    LIST_SLA_POLICIES = "select id, policy from sla_policies order by place, id";
    INSERT_SLA_POLICY = "insert into sla_policies (id, place, policy) values ($1, $2, $3)";
    DELETE_SLA_POLICIES = "delete from sla_policies";

    // What a change of people may never leave behind. Each row is one fault, with the name of what has it.
    BROKEN_PEOPLE = "select 'head' as fault, departments.name as name from departments \
        join users on users.id = departments.head where departments.is_active \
        and (not users.is_active or users.role = 'observer') \
        union all select 'fallback', departments.name from company \
        join departments on departments.id = company.fallback where not departments.is_active \
        union all select 'administrator', company.name from company where not exists \
        (select 1 from users where users.role = 'administrator' and users.is_active)";

    INSERT_SESSION = "insert into sessions (hash, user_id, created_at, seen_at, expires_at) \
        values ($1, $2, $3, $4, $5)";
    FIND_SESSION = "select user_id, created_at, seen_at, expires_at from sessions where hash = $1";
    TOUCH_SESSION = "update sessions set seen_at = $2 where hash = $1";
    DELETE_SESSION = "delete from sessions where hash = $1";
    /// All browsers of a user but one, that are told what happens.
    DELETE_OTHER_PUSH_SUBSCRIPTIONS = "delete from push_subscriptions where user_id = $1 and id <> $2";
    DELETE_SESSIONS_OF_USER = "delete from sessions where user_id = $1";
    DELETE_OTHER_SESSIONS = "delete from sessions where user_id = $1 and hash <> $2";
    DELETE_OLD_SESSIONS = "delete from sessions where expires_at <= $1 or seen_at <= $2";

    INSERT_LINK = "insert into links (hash, purpose, user_id, created_at, expires_at) values ($1, $2, $3, $4, $5)";
    FIND_LINK = "select purpose, user_id, created_at, expires_at from links where hash = $1 and used_at is null \
        and expires_at > $2";
    USE_LINK = "update links set used_at = $2 where hash = $1 and used_at is null and expires_at > $2";
    DELETE_SETUP_LINKS = "delete from links where purpose = 'setup' and used_at is null";
    DELETE_LINKS_OF_USER = "delete from links where user_id = $1 and used_at is null";

    INSERT_KEY = "insert into api_keys (id, user_id, name, hash, created_at) values ($1, $2, $3, $4, $5)";
    FIND_KEY_BY_HASH = "select id, user_id, name, created_at, used_at from api_keys where hash = $1";
    LIST_KEYS = "select id, user_id, name, created_at, used_at from api_keys where user_id = $1 order by created_at, id";
    DELETE_KEYS_OF_USER = "delete from api_keys where user_id = $1";
    DELETE_KEY = "delete from api_keys where id = $1 and user_id = $2";
    TOUCH_KEY = "update api_keys set used_at = $2 where id = $1";

    COUNT_OPEN_CASES = "select count(*) as cases from cases where state <> 'closed' and \
        (department = $1 or offer_department = $1)";
}
