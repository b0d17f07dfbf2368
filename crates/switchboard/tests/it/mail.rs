//! Mail by a real server: encrypted and logged in, refused for good and for now, and down for a while.

use std::path::{Path, PathBuf};

use serde_json::Value;
use switchboard_app::directory::user::NewUser;
use switchboard_app::rights::Actor;
use switchboard_app::setup::SetUp;
use switchboard_model::mail::{MailSecurity, MailServer};
use switchboard_model::{Captured, CaseFilter, Duty, Post, Role, SourceKind};
use switchboard_testkit::app::TestApp;
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use crate::program::Program;

/// The server that `./test` starts.
struct Server {
    /// Wants STARTTLS and a log-in.
    port: u16,
    /// Wants neither.
    plain: u16,
    certificate: String,
    folder: PathBuf,
}

/// Says so if there is none, and fails where there must be one.
fn server() -> Option<Server> {
    let told = match std::env::var("SWITCHBOARD_TEST_SMTP") {
        Ok(told) => told,
        Err(_) if std::env::var_os("CI").is_some() => {
            panic!("SWITCHBOARD_TEST_SMTP is not set; ./test starts a server for mail and sets it")
        }
        Err(_) => {
            eprintln!("skipped: no server for mail (SWITCHBOARD_TEST_SMTP is not set; ./test sets it)");
            return None;
        }
    };
    let told: Value = serde_json::from_str(&told).expect("JSON");
    let port = |name: &str| u16::try_from(told[name].as_u64().expect("a port")).expect("a port");
    let text = |name: &str| told[name].as_str().expect("a path").to_owned();
    Some(Server {
        port: port("port"),
        plain: port("plain"),
        certificate: text("certificate"),
        folder: text("folder").into(),
    })
}

/// What the server kept for an address, unfolded, in no order.
fn kept(folder: &Path, address: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok);
    let letters = files.filter(|file| file.path().extension().is_some_and(|kind| kind == "eml"));
    let letters = letters.filter_map(|file| std::fs::read(file.path()).ok());
    let letters = letters.map(|letter| String::from_utf8_lossy(&letter).replace("\r\n ", " "));
    letters.filter(|letter| letter.contains(&format!("X-Envelope-To: {address}\r\n"))).collect()
}

#[test]
fn mail_leaves_encrypted_and_logged_in_or_not_at_all() {
    let Some(server) = server() else { return };
    let program = Program::new().with("SSL_CERT_FILE", &server.certificate);
    let set_up = ["setup", "--company", "Acme", "--name", "Ada", "--email", "ada@acme.example", "--password-stdin"];
    assert!(program.piped(&set_up, "correct horse battery\n").status.success());
    let port = server.port.to_string();
    let set = |security: &str, password: &str| {
        let words =
            ["mail", "set", "localhost", "Acme desk <desk@acme.example>", "--port", &port, "--security", security];
        let words = [&words[..], &["--user", "desk", "--password-stdin"]].concat();
        assert!(program.piped(&words, password).status.success());
    };
    let refused = |program: &Program, to: &str| {
        let output = program.run(&["mail", "try", to]);
        assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let address = format!("ada-{}@acme.example", Uuid::new_v4().simple());
    set("starttls", "hunter2");
    let said = program.done(&["mail", "try", &address]);
    assert!(said.contains("the server took it: 250"), "{said}");
    let letter = kept(&server.folder, &address).pop().expect("a letter");
    assert!(letter.contains("X-Envelope-TLS: yes") && letter.contains("X-Envelope-User: yes"), "{letter}");
    assert!(letter.contains("X-Envelope-From: desk@acme.example"), "{letter}");
    assert!(refused(&program, "nobody@acme.example").contains("there is nobody of that name here"));
    assert!(refused(&program, &format!("later-{address}")).contains("come again later"));
    set("starttls", "hunter3");
    let wrong = refused(&program, &address);
    assert!(wrong.contains("535") || wrong.to_lowercase().contains("authentication"), "{wrong}");
    assert!(!wrong.contains("hunter3"), "{wrong}");
    // Nothing is said in the clear to a server that wants none of it.
    set("plain", "hunter2");
    refused(&program, &address);
    // Nobody vouches for the server.
    set("starttls", "hunter2");
    let strangers = program.with("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt");
    refused(&strangers, &address);
    assert_eq!(kept(&server.folder, &address).len(), 1);
}

/// Passes everything on to another port of this machine, until it is dropped.
async fn relay(port: u16, to: u16) -> tokio::task::JoinHandle<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("the port is still free");
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            tokio::spawn(async move {
                if let Ok(mut far) = TcpStream::connect(("127.0.0.1", to)).await {
                    drop(tokio::io::copy_bidirectional(&mut near, &mut far).await);
                }
            });
        }
    })
}

#[tokio::test]
async fn letters_wait_for_a_server_that_is_down_and_hang_together() {
    let Some(server) = server() else { return };
    let test = TestApp::new().await;
    test.networks
        .post()
        .hand_to(|server, letter| Box::pin(async move { switchboard_networks::smtp::send(&server, &letter).await }));
    let app = &test.app;
    let by = SetUp {
        name: "Ada".into(),
        email: "ada@acme.example".into(),
        password: "correct horse battery".into(),
        time_zone: "UTC".into(),
        company: "Acme".into(),
        departments: vec!["service".into(), "sales".into()],
        ..SetUp::default()
    };
    app.set_up(None, by).await.expect("set up");
    test.search("brand", "acme").await;
    let unique = Uuid::new_v4().simple().to_string();
    let address = |name: &str| format!("{name}-{unique}@acme.example");
    for (name, local) in [("Bea", "bea"), ("Dan", "nobody-dan"), ("Lea", "later-lea")] {
        let new = NewUser {
            name: name.into(),
            email: address(local),
            role: Role::Member,
            departments: vec![app.departments()[0].id],
            languages: Vec::new(),
            time_zone: None,
            duty: Duty::default(),
        };
        app.invite(&Actor::Operator, new).await.expect("invited");
    }
    app.tell_events().await.expect("told");
    // Nobody listens at this port yet.
    let port = TcpListener::bind("127.0.0.1:0").await.expect("a free port").local_addr().expect("bound").port();
    let host = MailServer {
        host: "127.0.0.1".into(),
        port,
        security: MailSecurity::Plain,
        user: None,
        password: None,
        from: "Acme desk <desk@acme.example>".into(),
    };
    app.set_mail_server(&Actor::Operator, Some(host)).await.expect("named");
    app.set_public_url("https://desk.acme.example");
    let source = app.source_named("door", SourceKind::Ingest).await.expect("a source");
    let post = Post::new("x", "1", "My acme kettle never arrived, I want a refund!");
    app.hand_in(&source, vec![Captured::heard(post)], None).await.expect("taken");
    let filter = CaseFilter { limit: 1, with_private: true, ..CaseFilter::default() };
    let case = app.cases(&Actor::Operator, filter).await.expect("listed").cases[0].case.id;
    app.note_on_case(&Actor::Operator, case, None, "@bea @dan @lea, who knows this one?").await.expect("noted");
    app.tell_events().await.expect("told");
    assert_eq!(app.deliver().await.expect("tried"), 0, "the server is down");
    assert_eq!(app.dead_deliveries(&Actor::Operator).await.expect("listed"), []);
    // It is up again; one is refused for good, one for now.
    let up = relay(port, server.plain).await;
    test.clock.advance(90);
    assert_eq!(app.deliver().await.expect("sent"), 1);
    let dead = app.dead_deliveries(&Actor::Operator).await.expect("listed");
    assert_eq!(dead.len(), 1, "{dead:?}");
    assert!(dead[0].trouble.contains("nobody of that name"), "{dead:?}");
    std::fs::write(server.folder.join(format!("later-lea-{unique}")), "").expect("written");
    test.clock.advance(6 * 60);
    assert_eq!(app.deliver().await.expect("sent"), 1);
    assert_eq!(kept(&server.folder, &address("later-lea")).len(), 1);

    app.note_on_case(&Actor::Operator, case, None, "@bea, once more").await.expect("noted");
    app.tell_events().await.expect("told");
    assert_eq!(app.deliver().await.expect("sent"), 1);
    let letters = kept(&server.folder, &address("bea"));
    assert_eq!(letters.len(), 2);
    let header = |letter: &str, name: &str| {
        let line = letter.lines().find(|line| line.starts_with(&format!("{name}: "))).unwrap_or_default();
        line.split_once(": ").map_or_else(String::new, |(_, value)| value.trim().to_owned())
    };
    for letter in &letters {
        for name in ["References", "In-Reply-To"] {
            assert_eq!(header(letter, name), format!("<case-{case}@acme.example>"), "{letter}");
        }
        let out = header(letter, "List-Unsubscribe");
        assert!(out.starts_with("<https://desk.acme.example/act/unsubscribe-mentioned."), "{out}");
        assert_eq!(header(letter, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        assert_eq!(header(letter, "Auto-Submitted"), "auto-generated");
        assert!(header(letter, "Subject").starts_with("[Acme] Case "), "{letter}");
        let (plain, html) = (letter.find("text/plain").expect("plain"), letter.find("text/html").expect("HTML"));
        assert!(header(letter, "Content-Type").starts_with("multipart/alternative") && plain < html, "{letter}");
    }
    assert_ne!(header(&letters[0], "Message-ID"), header(&letters[1], "Message-ID"));
    up.abort();
}
