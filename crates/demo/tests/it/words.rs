//! What the files say, and that nothing in it is real.

use switchboard_demo::Data;
use switchboard_demo::data::Deed;

/// All posts of the public.
pub(crate) fn all(data: &Data) -> Vec<String> {
    let said = data.threads.iter().flat_map(|thread| &thread.step).filter_map(|step| match &step.deed {
        Deed::Said(post) => Some(post.post.clone()),
        Deed::Done(_) => None,
    });
    let loose = data.storm.iter().flat_map(|chapter| &chapter.posts).chain(&data.live);
    said.chain(loose.map(|post| post.post.clone())).collect()
}

/// The endings of names of hosts that could be real.
const REAL: [&str; 12] =
    [".com", ".org", ".net", ".de", ".eu", ".io", ".fr", ".pl", ".es", ".co.uk", ".social", ".app"];

#[test]
fn no_host_is_real() {
    let data = Data::read().expect("the files can be used");
    let handles = data.authors.values().map(|author| author.handle.clone());
    let texts: Vec<String> = all(&data).into_iter().chain(handles).collect();
    for text in texts {
        for word in text.split(|letter: char| letter.is_whitespace() || matches!(letter, '(' | ')' | ',' | '"')) {
            let host = word.trim_end_matches(['.', '!', '?', ':', ';', '/', '…']).to_lowercase();
            let host = host.split("://").last().unwrap_or_default().split('/').next().unwrap_or_default().to_owned();
            let is_real = REAL.iter().any(|ending| host.ends_with(ending) && host.len() > ending.len() + 1);
            assert!(!is_real, "'{word}' in: {text}");
        }
    }
}
