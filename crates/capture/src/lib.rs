//! A network's answer becomes posts: text, URLs, feeds, polling schedule.
