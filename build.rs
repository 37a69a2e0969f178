//! Tells insta where it is at home, and cargo what the binary embeds.

fn main() {
    // Without a root insta runs `cargo metadata`, which an installed binary has no use for.
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it for every build script");
    println!("cargo::rustc-env=INSTA_WORKSPACE_ROOT={root}");
    for embedded in ["build.rs", "features", "snapshots"] {
        println!("cargo::rerun-if-changed={embedded}");
    }
}
