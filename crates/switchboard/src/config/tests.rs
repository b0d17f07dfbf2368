use std::io::Write as _;
use std::path::PathBuf;

use super::*;

fn none() -> Vec<(String, String)> {
    Vec::new()
}

/// A file that is gone with its folder at the end of the test.
fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("switchboard.toml");
    std::fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
    (folder, path)
}

/// Loads a file and variables; the problems come back with the file's name shortened to `FILE`.
fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
    let (_folder, path) = written(text);
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(Some(&path), environment)
        .map_err(|errors| errors.to_string().replace(&path.display().to_string(), "FILE"))
}

#[track_caller]
fn check(text: &str, environment: &[(&str, &str)], expected: &[&str]) {
    match load(text, environment) {
        Ok(config) => panic!("accepted: {}", config.show()),
        Err(errors) => assert_eq!(errors.lines().collect::<Vec<_>>(), expected),
    }
}

#[test]
fn later_wins() {
    let config = load("[web]\nlisten = '127.0.0.1:1'\n[store]\nreaders = 2\n", &[]).unwrap();
    assert_eq!(config.web.listen.port(), 1);
    assert_eq!((config.store.readers, config.limits.event_streams), (2, 100));

    let variables =
        [("SWITCHBOARD__WEB__LISTEN", "[::1]:2"), ("SWITCHBOARD__CAPTURE__ALLOW", "wiki.internal, 10.0.0.0/8")];
    let mut config = load("[web]\nlisten = '127.0.0.1:1'\n", &variables).unwrap();
    assert_eq!(config.web.listen.port(), 2);
    assert_eq!(config.capture.allow.to_vec(), ["wiki.internal", "10.0.0.0/8"]);

    config.set_by_flag("--listen", "web.listen", "127.0.0.1:3").unwrap();
    assert_eq!(config.web.listen.port(), 3);
    assert_eq!(config.origin("web", "listen").to_string(), "--listen");
    assert_eq!(config.origin("capture", "allow").to_string(), "SWITCHBOARD__CAPTURE__ALLOW");
    assert_eq!(config.origin("store", "readers"), Origin::Default);
}

#[test]
fn every_problem_is_said_at_once() {
    check(
        "listen = 3\n[store]\nulr = 'x'\nreaders = 'four'\n[web]\nlisten = 8400\n[captrue]\n",
        &[("SWITCHBOARD__LOG__FORMAT", "xml"), ("SWITCHBOARD__STORE__ULR", ""), ("OTHER", "passed over")],
        &[
            "FILE:1: unknown key \"listen\" before the first section, did you mean \"listen\" in [web]?",
            "FILE:3: unknown key \"ulr\" in [store], did you mean \"url\"?",
            "FILE:4: store.readers: found the text \"four\", expected a whole number from 1 to 64",
            "FILE:6: web.listen: found the number 8400, expected an address and port such as \"127.0.0.1:8400\" or \
             \"[::1]:8400\"",
            "FILE:7: unknown section [captrue], did you mean [capture]?",
            "SWITCHBOARD__LOG__FORMAT: log.format: found the text \"xml\", expected \"text\" or \"json\"",
            "SWITCHBOARD__STORE__ULR: unknown variable, did you mean SWITCHBOARD__STORE__URL?",
        ],
    );
}

#[test]
fn a_key_of_another_section_is_found() {
    check(
        "[web]\nmax_body_mb = 3\nzzz = 1\n",
        &[],
        &[
            "FILE:2: unknown key \"max_body_mb\" in [web], did you mean \"max_body_mb\" in [capture]?",
            "FILE:3: unknown key \"zzz\" in [web], there are listen, public_url, hosts, pictures",
        ],
    );
    check("store = 3\n", &[], &["FILE:1: store: found the number 3, expected a section, written [store]"]);
    check("[[store]]\nreaders = 3\n", &[], &["FILE:1: store: found a list, expected a section, written [store]"]);
    check(
        "[secret]\n",
        &[],
        &[
            "FILE:1: unknown section [secret], there are [store], [web], [capture], [look_back], [networks], [cases], [log], [answers], [limits]",
        ],
    );
}

#[test]
fn values_are_bounded() {
    let number = "expected a whole number from 1 to 64";
    for (given, found) in
        [("0", "the number 0"), ("65", "the number 65"), ("-1", "the number -1"), ("1.5", "the number 1.5")]
    {
        check(
            &format!("[store]\nreaders = {given}"),
            &[],
            &[&format!("FILE:2: store.readers: found {found}, {number}")],
        );
    }
    for good in ["64", "1", "0x10", "1_0"] {
        load(&format!("[store]\nreaders = {good}"), &[]).unwrap();
    }
    check(
        "[capture]\npoll_min_s = 100\n",
        &[("SWITCHBOARD__CAPTURE__POLL_MAX_S", "50")],
        &[
            "configuration: capture.poll_min_s (100, FILE:2) is more than capture.poll_max_s (50, SWITCHBOARD__CAPTURE__POLL_MAX_S)",
        ],
    );
}

#[test]
fn switches_are_on_or_off() {
    let shown = |file: &str, variables: &[(&str, &str)]| load(file, variables).map(|config| config.web.pictures);
    assert!(shown("", &[]).unwrap());
    assert!(!shown("[web]\npictures = false", &[]).unwrap());
    assert!(!shown("[web]\npictures = true", &[("SWITCHBOARD__WEB__PICTURES", "false")]).unwrap());
    check("[web]\npictures = 'no'", &[], &["FILE:2: web.pictures: found the text \"no\", expected true or false"]);
    let variable = [("SWITCHBOARD__WEB__PICTURES", "off")];
    check("", &variable, &["SWITCHBOARD__WEB__PICTURES: web.pictures: found the text \"off\", expected true or false"]);
}

#[test]
fn values_have_a_form() {
    let table: [(&str, &[&str], &[&str]); 7] = [
        (
            "store.url",
            &["", "sqlite:posts.db", "sqlite:///var/lib/posts.db", "postgres://u:p@db/x", "postgresql:///x?host=/run"],
            &["sqlite:", "sqlite://", "mysql://u@db/x", "posts.db", "postgres:x"],
        ),
        (
            "networks.bluesky_jetstream",
            &["wss://jetstream.example", "ws://127.0.0.1:9/subscribe"],
            &[
                "https://jetstream.example",
                "jetstream.example",
                "wss://u:p@jetstream.example",
                "wss://j.example?a=b",
                "",
            ],
        ),
        (
            "web.listen",
            &["127.0.0.1:0", "[::1]:80", "127.9.9.9:1", "0.0.0.0:8400", "10.0.0.1:1"],
            &["localhost:8400", ":8400", "10.0.0.1"],
        ),
        (
            "web.public_url",
            &["", "https://switchboard.example", "http://10.0.0.1:8400"],
            &["switchboard.example", "ftp://a.example", "https://u:p@a.example", "https://a.example?b"],
        ),
        (
            "log.filter",
            &["info", "INFO", "off", "warn,switchboard_app=trace", "switchboard_app=debug,info"],
            &["", "chatty", "info,switchboard_app=chatty", "info,switchboard_app"],
        ),
        ("web.hosts", &["", "switchboard.example", "a,b"], &["10.0.0.1", "10.0.0.0/8", "a:80", "http://a"]),
        (
            "capture.allow",
            &["", "localhost", "10.0.0.0/8", "fd00::/8", "127.0.0.1,::1,[::1]:80", "wiki.example.internal", "wiki:80"],
            &["10.0.0.0/33", "10.0.0.256", "http://wiki", "wiki:http", "a b", "*.internal", "[::1"],
        ),
    ];
    for (key, good, bad) in table {
        for text in good {
            Config::default()
                .set_by_flag("--flag", key, text)
                .unwrap_or_else(|errors| panic!("{key} {text:?}: {errors}"));
        }
        for text in bad {
            assert!(Config::default().set_by_flag("--flag", key, text).is_err(), "{key} took {text:?}");
        }
    }
}

#[test]
fn a_broken_file_is_refused_with_its_line() {
    let errors = load("[store]\nreaders = 4\nurl = \n[web\n", &[]).unwrap_err();
    let lines: Vec<&str> = errors.lines().collect();
    assert!(lines.first().is_some_and(|line| line.starts_with("FILE:3: ")), "{errors}");
    assert!(lines.iter().any(|line| line.starts_with("FILE:4: ")), "{errors}");

    assert!(load("[store]\nreaders = 1\nreaders = 2\n", &[]).unwrap_err().starts_with("FILE:3: "));
    load("\u{feff}[store]\r\nreaders = 1\r\n", &[]).unwrap();
    load("", &[]).unwrap();

    let missing = Config::load(Some(Path::new("no/such/file.toml")), none()).unwrap_err().to_string();
    assert!(missing.starts_with("no/such/file.toml: cannot be opened: "), "{missing}");

    let (_folder, path) = written("");
    std::fs::write(&path, b"[store]\nreaders = 4\n# caf\xe9\n").unwrap();
    let error = Config::load(Some(&path), none()).unwrap_err().to_string();
    assert!(error.contains(": line 3 is not UTF-8"), "{error}");
    std::fs::write(&path, vec![b'#'; 2_000_000]).unwrap();
    assert!(Config::load(Some(&path), none()).unwrap_err().to_string().contains("longer than one megabyte"));
}

#[test]
fn a_secret_stays_one() {
    let secret = "postgres://switchboard:hunter2@db.internal/posts?sslpassword=hunter3&sslmode=require";
    let config = load(&format!("[store]\nurl = {secret:?}\n"), &[]).unwrap();
    assert_eq!(config.store.url.expose(), secret);
    let everything = format!("{config:?} {} {}", config.show(), config.show_json());
    assert!(!everything.contains("hunter"), "{everything}");
    assert!(everything.contains("postgres://switchboard:***@db.internal/posts"), "{everything}");
    assert!(!serde_json::to_string(&config.store).unwrap().contains("hunter"));

    // A message about a wrong one does not repeat it either.
    let error = load("[store]\nurl = 'mysql://switchboard:hunter2@db/posts'\n", &[]).unwrap_err();
    assert!(!error.contains("hunter") && error.starts_with("FILE:2: store.url: found something else"), "{error}");
}

#[test]
fn a_secret_comes_from_a_file() {
    let (folder, path) = written("[store]\nurl_file = 'store-url'\n");
    let missing = Config::load(Some(&path), none()).unwrap_err().to_string();
    assert!(missing.contains(":2: store.url_file: ") && missing.contains("store-url: cannot be opened: "), "{missing}");

    let secret = folder.path().join("store-url");
    std::fs::write(&secret, "postgres://u:hunter2@db/x\n").unwrap();
    let config = Config::load(Some(&path), none()).unwrap();
    assert_eq!(config.store.url.expose(), "postgres://u:hunter2@db/x");
    assert!(config.origin("store", "url").to_string().ends_with("switchboard.toml:2"));

    let variable = ("SWITCHBOARD__STORE__URL_FILE".to_owned(), secret.display().to_string());
    let config = Config::load(None, [variable]).unwrap();
    assert_eq!(config.store.url.expose(), "postgres://u:hunter2@db/x");

    std::fs::write(&secret, "hunter2").unwrap();
    let error = Config::load(Some(&path), none()).unwrap_err().to_string();
    assert!(error.contains("in the file that the text \"store-url\" names, found something else"), "{error}");
    assert!(!error.contains("hunter2"));

    check(
        "[store]\nurl = ''\nurl_file = 7\n",
        &[],
        &[
            "FILE:3: store.url and store.url_file are both given, keep one",
            "FILE:3: store.url_file: found the number 7, expected the path of a file",
        ],
    );
    let both = [("SWITCHBOARD__STORE__URL", ""), ("SWITCHBOARD__STORE__URL_FILE", "/dev/null")];
    check("", &both, &["SWITCHBOARD__STORE__URL_FILE: SWITCHBOARD__STORE__URL is given too, keep one"]);
    check(
        "[web]\nlisten_file = 'x'\n",
        &[],
        &["FILE:2: unknown key \"listen_file\" in [web], did you mean \"listen\"?"],
    );
}

#[test]
fn the_sample_is_the_defaults() {
    let sample = Config::sample();
    let plain = load(&sample, &[]).unwrap();
    let uncommented: String = sample
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let all = load(&uncommented, &[]).unwrap();
    let shown = |config: &Config| {
        config.sections().map(|section| section.entries().iter().map(|(_, value)| value.written()).collect::<Vec<_>>())
    };
    assert_eq!(shown(&plain), shown(&Config::default()));
    assert_eq!(shown(&all), shown(&Config::default()));
    // Each default was read back, none is there only because nothing was said.
    for section in all.sections() {
        for (key, _) in section.entries() {
            assert!(matches!(all.origin(section.name(), key.name), Origin::File(..)), "{}", key.name);
            assert!(sample.contains(&format!("# {}\n", key.variable(section.name()))));
        }
    }
}

#[test]
fn what_is_shown_can_be_read() {
    let config = load("[capture]\nallow = ['wiki.internal']\n", &[("SWITCHBOARD__WEB__LISTEN", "[::1]:7")]).unwrap();
    let again = load(&config.show(), &[]).unwrap();
    assert_eq!(again.web, config.web);
    assert_eq!(again.capture, config.capture);
    assert!(config.show().contains("listen = \"[::1]:7\"  # SWITCHBOARD__WEB__LISTEN\n"), "{}", config.show());
    let json = config.show_json();
    assert_eq!(json["web"]["listen"]["value"], "[::1]:7");
    assert_eq!(json["capture"]["allow"]["value"][0], "wiki.internal");
    assert_eq!(json["store"]["readers"], serde_json::json!({"value": 4, "from": "default"}));
}

/// The committed files are what the declarations say.
#[test]
fn sample_and_reference_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (path, wanted, word) in [
        ("switchboard.example.toml", Config::sample(), "sample"),
        ("docs/reference/configuration.md", Config::reference(), "reference"),
    ] {
        let found = std::fs::read_to_string(root.join(path)).unwrap_or_default();
        assert!(found == wanted, "{path} is stale: run `cargo run -- config {word} > {path}`");
    }
}
