//! A disk that is full, and then is not: nothing is lost and it goes on by itself.
//!
//! Needs the right to mount a small file system of its own, which the superuser of a test machine has.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use switchboard_testkit::corpus;

/// A file system of a few megabytes; unmounted when dropped.
struct SmallDisk {
    place: PathBuf,
    _directory: tempfile::TempDir,
}

impl SmallDisk {
    fn mount(megabytes: u32) -> Option<Self> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let place = directory.path().join("disk");
        std::fs::create_dir(&place).expect("writable");
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&place).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self { place, _directory: directory }),
            _ => {
                eprintln!("skipped: a small disk cannot be mounted here (it needs the superuser)");
                None
            }
        }
    }

    fn grow(&self, megabytes: u32) {
        let size = format!("remount,size={megabytes}m");
        assert!(Command::new("mount").args(["-o", &size]).arg(&self.place).status().expect("mount runs").success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.place).status());
    }
}

fn switchboard(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
    command.arg("--data").arg(data).args(arguments).env("SWITCHBOARD__LOG__FILTER", "error");
    command
}

#[test]
fn a_full_disk_holds_everything_up_and_loses_nothing() {
    let Some(disk) = SmallDisk::mount(3) else { return };
    let data = disk.place.join("data");
    let outside = tempfile::tempdir().expect("a temporary directory");
    let searches = outside.path().join("searches.jsonl");
    std::fs::write(&searches, "{\"name\":\"all\",\"query\":\"network:demo\"}\n").expect("writable");
    let recording = outside.path().join("posts.jsonl");
    std::fs::write(&recording, corpus::lines(6_000, 3, false)).expect("writable");
    let path = |path: &Path| path.to_str().expect("text").to_owned();
    assert!(switchboard(&data, &["import", "--searches", &path(&searches)]).status().expect("runs").success());

    let log = std::fs::File::create(outside.path().join("log")).expect("writable");
    let mut replay =
        switchboard(&data, &["replay", &path(&recording), "--speed", "max"]).stderr(log).spawn().expect("runs");
    let said = || std::fs::read_to_string(outside.path().join("log")).unwrap_or_default();
    let began = Instant::now();
    while !said().contains("no space is left") {
        assert!(began.elapsed() < Duration::from_secs(120), "it never said that the disk is full: {}", said());
        assert!(replay.try_wait().expect("known").is_none(), "it gave up: {}", said());
        std::thread::sleep(Duration::from_millis(50));
    }
    disk.grow(64);
    assert!(replay.wait().expect("ends").success(), "{}", said());
    let exported = switchboard(&data, &["export", "posts"]).output().expect("runs");
    assert_eq!(String::from_utf8_lossy(&exported.stdout).lines().count(), 6_000);
    assert!(switchboard(&data, &["doctor"]).status().expect("runs").success());
}
