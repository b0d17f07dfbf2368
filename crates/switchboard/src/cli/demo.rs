//! `switchboard demo`: a made-up company at work, in a directory that is thrown away afterwards.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use switchboard_app::access::Passwords;
use switchboard_app::{App, Parts, SystemIds, SystemRandomness};
use switchboard_demo::networks::World;
use switchboard_demo::{Data, DemoClock, DemoNetworks, Seeded, Stage};
use switchboard_model::{BoxFuture, CaseId, UserId};
use switchboard_store::{Store, StoreConfig};
use switchboard_web::{Demonstration, Storm, WebOptions};
use tokio::sync::Notify;

use super::Shared;
use super::serve::interrupted;
use crate::config::Config;
use crate::failure::{Failure, Status};
use crate::installation::shipped_routing;
use crate::registry::Registry;

/// Where the demonstration answers unless somebody says otherwise.
const ADDRESS: &str = "127.0.0.1:8400";
/// What still runs when the demonstration ends or begins anew may finish within this time.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// Show a made-up company at work: three weeks of history, a live stream, a storm.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Address to answer at [default: 127.0.0.1:8400].
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<String>,
}

/// What comes after a demonstration has ended.
enum After {
    Nothing,
    /// It begins anew.
    Again,
}

pub(crate) async fn run(_: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    // The demonstration is its own installation: nothing that is configured here has a part in it.
    let config = Config::default();
    crate::log::start(&config.log)?;
    let data = Data::read().context("the demonstration cannot be read").map_err(Failure::Unavailable)?;
    let address = arguments.listen.as_deref().unwrap_or(ADDRESS);
    let address: SocketAddr = address.parse().map_err(|_| {
        Failure::usage(format_args!("'{address}' is no address; give one like 127.0.0.1:8400 with --listen"))
    })?;
    let listener = TcpListener::bind(address).map_err(|error| {
        Failure::unavailable(format_args!("{address} cannot be used: {error}; give another address with --listen"))
    })?;
    let address = listener.local_addr().context("the address in use is not known").map_err(Failure::Unavailable)?;
    switchboard_web::install_metrics();
    let mut output = std::io::stdout();
    let _ = writeln!(output, "Three weeks of Fennel Kitchen are made up …");
    let mut is_first = true;
    loop {
        let directory = Directory::new()?;
        let played = Played::new(&config, &directory.0, &data).await?;
        if std::mem::take(&mut is_first) {
            let _ = writeln!(output, "switchboard demo answers at http://{address}/demo  (thrown away when it ends)");
        }
        match played.answer(&listener, address).await? {
            After::Nothing => return Ok(Status::Done),
            After::Again => tracing::info!("the demonstration begins anew"),
        }
    }
}

/// A directory that is removed with everything in it.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("switchboard-demo-{}", uuid::Uuid::new_v4().simple()));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|error| {
            Failure::unavailable(format_args!(
                "{} cannot be made: {error}; name another place with TMPDIR",
                path.display()
            ))
        })?;
        Ok(Self(path))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, directory = %self.0.display(), "the demonstration's directory stays behind");
        }
    }
}

/// A history that was played, and goes on.
struct Played {
    app: App,
    stage: Stage,
    people: Vec<(UserId, String)>,
}

impl Played {
    async fn new(config: &Config, directory: &Path, data: &Data) -> Result<Self, Failure> {
        let mut store = StoreConfig::sqlite(directory.join("demo.db"));
        store.is_lasting = false;
        let (clock, world) = (DemoClock::default(), World::default());
        let real = Arc::new(Registry::new(config, Vec::new())?);
        let secrets = crate::key::secrets(&directory.join("demo.key"))?;
        let parts = Parts {
            store: Store::open(&store).await?,
            networks: Arc::new(DemoNetworks::new(world.clone(), real)),
            clock: Arc::new(clock.clone()),
            ids: Arc::new(SystemIds),
            randomness: Arc::new(SystemRandomness),
            routing: shipped_routing()?,
            passwords: Passwords::default(),
            secrets,
            look_back: None,
        };
        let app = App::start(parts).await?;
        let password = uuid::Uuid::new_v4().simple().to_string();
        let seeded = switchboard_demo::seed(&app, &clock, &world, data, password).await;
        let seeded = seeded.context("the demonstration cannot be played").map_err(Failure::Unavailable)?;
        let people = people(data, &seeded);
        let stage = Stage::new(app.clone(), world, data.clone(), seeded);
        Ok(Self { app, stage, people })
    }

    async fn answer(self, listener: &TcpListener, address: SocketAddr) -> Result<After, Failure> {
        let Self { app, stage, people } = self;
        app.set_public_url(&format!("http://{address}"));
        app.follow();
        app.watch_clock();
        app.watch_notifications();
        app.watch_learning();
        app.watch_orphans();
        app.tend();
        app.send_replies(switchboard_app::answer::outbox::OutboxConfig::default());
        stage.begin();
        let again = Arc::new(Notify::new());
        let playing = Playing { stage, people, again: again.clone() };
        let options = WebOptions { demonstration: Some(Arc::new(playing)), ..WebOptions::default() };
        let service = switchboard_web::router(app.clone(), options).into_make_service_with_connect_info::<SocketAddr>();
        let listener = listener
            .try_clone()
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .and_then(tokio::net::TcpListener::from_std)
            .with_context(|| format!("{address} can no longer be used"))
            .map_err(Failure::Unavailable)?;
        let stopping = app.stopping();
        let (after, mut decided) = tokio::sync::oneshot::channel();
        let stop = async move {
            let next = tokio::select! {
                () = interrupted() => After::Nothing,
                () = again.notified() => After::Again,
            };
            let _ = after.send(next);
            stopping.cancel();
        };
        let mut serve = std::pin::pin!(axum::serve(listener, service).with_graceful_shutdown(stop).into_future());
        let after = tokio::select! {
            after = &mut decided => {
                // Open connections get a moment to read their last answer; then they are closed.
                let _ = tokio::time::timeout(Duration::from_millis(300), &mut serve).await;
                after.unwrap_or(After::Nothing)
            }
            served = &mut serve => {
                served.context("the web server ended").map_err(Failure::Unavailable)?;
                // Where nobody is connected it ends in the moment in which it is asked to.
                decided.try_recv().unwrap_or(After::Nothing)
            }
        };
        // Whatever hangs on loses nothing that anybody wants to keep.
        let _ = tokio::time::timeout(STOP_WITHIN, app.stop()).await;
        Ok(after)
    }
}

fn people(data: &Data, seeded: &Seeded) -> Vec<(UserId, String)> {
    let known =
        |person: &switchboard_demo::data::PersonText| Some((*seeded.people.get(&person.key)?, person.about.clone()));
    data.company.person.iter().filter_map(known).collect()
}

#[derive(Clone)]
struct Playing {
    stage: Stage,
    people: Vec<(UserId, String)>,
    again: Arc<Notify>,
}

impl std::fmt::Debug for Playing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Playing").field("people", &self.people.len()).finish_non_exhaustive()
    }
}

impl Demonstration for Playing {
    fn people(&self) -> Vec<(UserId, String)> {
        self.people.clone()
    }

    fn storm(&self) -> Storm {
        let switchboard_demo::stage::Storm { begun, chapters, is_playing, next } = self.stage.storm();
        Storm { begun, chapters, is_playing, next }
    }

    fn next_chapter(&self) {
        self.stage.next_chapter();
    }

    fn first_case<'a>(&'a self) -> BoxFuture<'a, Option<CaseId>> {
        Box::pin(self.stage.first_case())
    }

    fn start_over(&self) {
        self.again.notify_one();
    }
}
