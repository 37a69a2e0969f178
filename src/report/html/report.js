"use strict";
{
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const element = (name, properties) => Object.assign(document.createElement(name), properties);

  // Theme: the system's, until the reader chooses. A page from a file may have no storage.
  const root = document.documentElement;
  const darkSystem = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try { return localStorage.theme; } catch { return undefined; }
  };
  const store = (name) => {
    try { localStorage.theme = name; } catch { /* The choice is then lost with the page. */ }
  };
  const theme = element("button", { id: "theme", type: "button" });
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : darkSystem.matches);
  const nameTheme = () => { theme.textContent = isDark() ? "Light theme" : "Dark theme"; };
  if (["light", "dark"].includes(stored())) root.dataset.theme = stored();
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    store(root.dataset.theme);
    nameTheme();
  });
  darkSystem.addEventListener("change", nameTheme);
  nameTheme();
  $("header").prepend(theme);

  // Copying: a command gets its button when it becomes visible, because a page may have thousands of commands.
  const copy = async (button, text) => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(button.nextElementSibling);
      button.textContent = "Press Ctrl+C";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };
  const offerCopies = (within) => {
    for (const command of $$(".command:not(:has(button))", within)) {
      if (command.checkVisibility()) {
        const text = command.textContent;
        const button = element("button", { type: "button", textContent: "Copy" });
        button.setAttribute("aria-live", "polite");
        button.addEventListener("click", () => copy(button, text));
        command.prepend(button);
      }
    }
  };
  document.addEventListener("toggle", (event) => { if (event.target.open) offerCopies(event.target); }, true);
  offerCopies(document);

  // Filter.
  const form = $("#filter");
  const entries = $$(".rule, .statement");
  const groups = $$(".group");
  let texts;
  const textOf = (index) => {
    texts ??= entries.map((entry) => entry.textContent.toLowerCase());
    return texts[index];
  };
  const filter = () => {
    const wanted = new FormData(form);
    const words = wanted.get("text").toLowerCase().split(/\s+/).filter(Boolean);
    const is = (value, field) => ["", ...value.split(" ")].includes(wanted.get(field));
    entries.forEach((entry, index) => {
      const { outcomes, operation, area } = entry.dataset;
      entry.hidden = !(is(outcomes, "outcome") && is(operation, "operation") && is(area, "area")
        && words.every((word) => textOf(index).includes(word)));
    });
    for (const group of groups) group.hidden = !$(":is(.rule, .statement):not([hidden])", group);
    const shown = entries.filter((entry) => !entry.hidden);
    $("#no-match").hidden = shown.length > 0;
    const counts = ["rule", "statement"].map((kind) => {
      const of = (list) => list.filter((entry) => entry.classList.contains(kind)).length;
      return [of(shown), of(entries), kind];
    });
    const told = counts.filter(([, all]) => all > 0).map(([some, all, kind]) => `${some} of ${all} ${kind}s`);
    $("#shown").value = `${told.join(", ")} shown`;
  };
  let pending;
  form.addEventListener("input", () => {
    clearTimeout(pending);
    pending = setTimeout(filter, 100);
  });
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();

  // Links within the page: the page shows their target even if the filter hides it.
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]") || $(":is(.rule, .statement)[hidden]", target)) {
      form.reset();
      filter();
    }
    const rule = target.closest(".rule");
    if (rule) {
      rule.open = true;
      rule.scrollIntoView();
      $("summary", rule).focus({ preventScroll: true });
    }
  };
  addEventListener("hashchange", follow);
  // This runs after the layout, because the browser scrolls to the fragment before it.
  addEventListener("load", follow);
}
