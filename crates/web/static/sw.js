// What a browser runs while no page of ours is open: it shows what it is told, and opens the case when somebody asks for it.
// Nothing is kept, and no request of a page goes through it.
"use strict";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// A message that cannot be read is shown as one that says nothing: browsers want something shown for each.
function read(data) {
  try { return data.json(); } catch { return { title: "Switchboard", place: "/notifications", tag: "unread" }; }
}

// Only addresses of ours are opened, whatever a message says.
function ours(place) {
  const address = new URL(typeof place === "string" ? place : "/notifications", self.location.origin);
  return address.origin === self.location.origin ? address.href : `${self.location.origin}/notifications`;
}

self.addEventListener("push", (event) => {
  const { title, body, place, tag, acts } = read(event.data);
  const offered = (Array.isArray(acts) ? acts : []).map(({ act, words, place }) => ({ act, words, place: ours(place) }));
  event.waitUntil(self.registration.showNotification(String(title), {
    body: body ? String(body) : undefined,
    tag: tag ? String(tag) : undefined,
    renotify: Boolean(tag),
    dir: "auto",
    actions: offered.map(({ act, words }) => ({ action: act, title: words })),
    data: { place: ours(place), acts: offered },
  }));
});

// A tab that shows the case already comes to the front; else one of ours is led there, else a new one opens. What an act does
// is done on its page by a button, so that nobody does anything by a slip of the finger.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { place, acts = [] } = event.notification.data ?? {};
  const address = acts.find(({ act }) => act === event.action)?.place ?? ours(place);
  event.waitUntil((async () => {
    const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const there = tabs.find((tab) => new URL(tab.url).pathname === new URL(address).pathname);
    if (there) return there.focus();
    return self.clients.openWindow(address);
  })());
});

// The push service gives the browser another address now and then.
self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil((async () => {
    const options = event.oldSubscription?.options;
    const fresh = event.newSubscription ?? (options && await self.registration.pushManager.subscribe(options));
    if (!fresh) return;
    const { endpoint, keys } = fresh.toJSON();
    await fetch("/settings/notifications/browsers", { method: "POST", body: new URLSearchParams({ endpoint, ...keys, renewed: "1" }) });
  })());
});
