// The browser is asked for its leave to raise news, by a press.
export function startAsking() {
  const button = document.querySelector("[data-ask-browser]"), said = document.getElementById("browser-news");
  if (!button || !("Notification" in window)) return;
  const tell = () => {
    said.textContent = said.dataset[Notification.permission];
    button.hidden = Notification.permission !== "default";
  };
  button.addEventListener("click", async () => { await Notification.requestPermission(); tell(); if (button.hidden) said.closest("form").querySelector("[type=submit]").focus(); });
  tell();
}
