// Before the first line is drawn: the colours that the reader chose last time.
try {
  document.body.dataset.theme = localStorage.getItem("theme") || "auto";
} catch {
  document.body.dataset.theme = "auto"; // a browser that keeps nothing
}

// The fonts of formulas, on their way before the style sheet asks for them, so that no line moves later.  From a
// folder they may not be asked for by name, and are at hand anyway.
{
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const { fonts = "" } = script.dataset;
  for (const font of location.protocol === "file:" ? [] : fonts.split(" ").filter(Boolean)) {
    const href = new URL(font, script.src).href;
    const link = { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "", href };
    document.head.append(Object.assign(document.createElement("link"), link));
  }
}

// ← and → turn the page; what takes arrow keys itself, or scrolls sideways, keeps them while it is in focus.
document.addEventListener("keydown", (event) => {
  if (event.key.startsWith("Arrow") && document.activeElement?.matches("[tabindex], [role=slider], summary, video")) {
    event.stopImmediatePropagation();
  }
});
