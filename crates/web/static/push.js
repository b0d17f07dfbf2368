// Registers this browser to be told what happens while no page is open, and says how it stands with that.
"use strict";

(async () => {
  const form = $("push");
  const said = $("push-said");
  if (!form || !said) return;

  function say(state) {
    for (const words of said.children) words.hidden = words.dataset.state !== state;
    said.hidden = false;
    said.classList.toggle("late", state !== "on");
  }

  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) { say("unsupported"); return; }

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const key = bytes(form.dataset.key);

  // A registration under another key of ours is none.
  const isOurs = (subscription) => {
    const theirs = subscription.options?.applicationServerKey;
    if (!theirs) return true;
    const held = new Uint8Array(theirs);
    return held.length === key.length && held.every((byte, place) => byte === key[place]);
  };

  async function stands() {
    if (Notification.permission === "denied") { say("denied"); return; }
    const worker = await navigator.serviceWorker.getRegistration("/");
    const subscription = await worker?.pushManager.getSubscription();
    // The server knows whether this browser is registered, and whose it is: whoever logs out here ends it.
    const isHere = subscription && isOurs(subscription) && "here" in form.dataset;
    form.hidden = Boolean(isHere);
    if (isHere) say("on");
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.setAttribute("aria-busy", "true");
    try {
      // Only an act of the person may ask them.
      if (await Notification.requestPermission() !== "granted") { say("denied"); return; }
      await navigator.serviceWorker.register("/sw.js", { scope: "/" });
      const worker = await navigator.serviceWorker.ready;
      const before = await worker.pushManager.getSubscription();
      if (before && !isOurs(before)) await before.unsubscribe();
      const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
      const { endpoint, keys } = subscription.toJSON();
      form.elements.endpoint.value = endpoint;
      form.elements.p256dh.value = keys.p256dh;
      form.elements.auth.value = keys.auth;
      form.submit();
    } catch (error) {
      console.warn(error);
      say("failed");
    } finally {
      button.removeAttribute("aria-busy");
    }
  });

  await stands();
})();
