//! `switchboard serve`: follow the installation's sources and answer on the web.

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use switchboard_app::App;
use switchboard_web::WebOptions;
use tokio::net::TcpListener;

use super::Shared;
use crate::failure::{Failure, Status};
use crate::installation::{Hold, Holder, Installation};

/// How long open requests and the line may take to end before the process does.
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// Follow the installation's sources and answer on the web.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Address to answer at [default: web.listen of the configuration, 127.0.0.1:8400].
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// Show a made-up company instead, as `switchboard demo` does; the data directory is not touched.
    #[arg(long)]
    demo: bool,
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    if arguments.demo {
        return super::demo::run(shared, super::demo::Arguments { listen: arguments.listen }).await;
    }
    let mut installation = shared.installation()?;
    if let Some(address) = &arguments.listen {
        installation.config.set_by_flag("--listen", "web.listen", address).map_err(Failure::usage)?;
    }
    let address = installation.config.web.listen;
    installation.create()?;
    let mut hold = installation.hold_alone("serve")?;
    // Before anything is counted.
    switchboard_web::install_metrics();
    let app = installation.start().await?;
    let served = answer(&installation, &app, &mut hold, address).await;
    let stopped = tokio::time::timeout(STOP_WITHIN, app.stop()).await;
    served?;
    if stopped.is_err() {
        return Err(Failure::unavailable(
            "the store did not take the last posts in time; their sources give them again at the next start",
        ));
    }
    tracing::info!("stopped");
    Ok(Status::Done)
}

async fn answer(installation: &Installation, app: &App, hold: &mut Hold, address: SocketAddr) -> Result<(), Failure> {
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Failure::unavailable(format_args!("{address} cannot be used: {error}; give another address with --listen"))
    })?;
    let address = listener.local_addr().context("the address in use is not known").map_err(Failure::Unavailable)?;
    let url = installation.address(address);
    let key = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    hold.say(&Holder {
        process: std::process::id(),
        command: "serve".to_owned(),
        url: Some(url.clone()),
        key: Some(key.clone()),
    })?;
    app.follow();
    app.watch_clock();
    app.set_public_url(&installation.public_url(&url));
    app.watch_notifications();
    app.watch_learning();
    app.send_notifications();
    app.watch_orphans();
    app.tend();
    app.send_replies(installation.outbox());
    for (search, error) in app.triage().listening().unreadable() {
        tracing::error!(search.id = %search, %error, "a saved search cannot be read and does not listen");
    }
    let config = &installation.config;
    // The one line that a person who starts it by hand looks for; logs go to standard error. Whoever reads no further than
    // they need ends nothing by that.
    let mut output = std::io::stdout();
    let _ = writeln!(output, "switchboard answers at {url}  (data in {})", installation.data.display());
    if let Some(token) = app.set_up_link().await.map_err(Failure::from)? {
        let _ = writeln!(output, "set it up within a day: {}/setup/{token}", installation.public_url(&url));
    }
    if !address.ip().is_loopback() && !config.web.public_url.starts_with("https://") {
        tracing::warn!(
            %address,
            "other machines reach this address without https, so that passwords and sessions can be read on the way; put a \
             proxy that speaks https before it and name it under web.public_url"
        );
    }
    tracing::info!(url, data = %installation.data.display(), "serving");
    let options = WebOptions {
        hosts: installation.hosts(address),
        request_bytes: config.limits.request_mb as usize * 1_000_000,
        event_streams: config.limits.event_streams as usize,
        operator_key: Some(key),
        public_url: Some(config.web.public_url.to_string()).filter(|url| !url.is_empty()),
        ..WebOptions::default()
    };
    let router = switchboard_web::router(app.clone(), options);
    let stopping = app.stopping();
    let stop = async move {
        interrupted().await;
        tracing::info!("stopping");
        stopping.cancel();
    };
    // Whether a monitor asks from this machine is seen by its address.
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serve = axum::serve(listener, service).with_graceful_shutdown(stop);
    serve.await.context("the web server ended").map_err(Failure::Unavailable)
}

/// Waits for Ctrl-C or the system's wish to stop.
pub(super) async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        else {
            // Without handlers the signals end the process at once, which loses nothing either.
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    drop(tokio::signal::ctrl_c().await);
}
