// Full texts by pagefind where the archive is served; headlines on this page where it is opened as a file,
// since no browser lets a file load a module.
(() => {
  const input = document.getElementById("words");
  const found = document.getElementById("found");
  const hits = document.getElementById("hits");
  const days = [...document.querySelectorAll(".days > li")];
  const sections = [...document.querySelectorAll("#briefs section")];
  let engine = null;
  let turn = 0;

  const say = (n, where) => { found.textContent = `${n} ${n === 1 ? "brief" : "briefs"}${where}`; };

  function filter(words) {
    let n = 0;
    for (const day of days) {
      const text = day.textContent.toLowerCase();
      day.hidden = !words.every((word) => text.includes(word));
      n += day.hidden ? 0 : 1;
    }
    for (const section of sections) section.hidden = !section.querySelector(".days > li:not([hidden])");
    return n;
  }

  // The excerpt's own markup is not trusted: its words are put in as text, and what it marks as <mark>.
  function put(parent, excerpt) {
    const body = new DOMParser().parseFromString(excerpt, "text/html").body;
    for (const node of body.childNodes) {
      const made = node.nodeName === "MARK" ? document.createElement("mark") : document.createElement("span");
      made.textContent = node.textContent;
      parent.append(made);
    }
  }

  async function search() {
    const mine = ++turn;
    const words = input.value.trim();
    hits.replaceChildren();
    if (!words) {
      filter([]);
      found.textContent = "";
      return;
    }
    if (location.protocol !== "file:" && engine === null) {
      engine = await import(new URL("pagefind/pagefind.js", location.href).href).catch(() => false);
    }
    if (!engine) {
      say(filter(words.toLowerCase().split(/\s+/)), " with these words in the headlines");
      return;
    }
    const result = await engine.debouncedSearch(words, {}, 120);
    if (result === null || mine !== turn) return;
    const shown = await Promise.all(result.results.slice(0, 20).map((one) => one.data()));
    if (mine !== turn) return;
    hits.replaceChildren();
    for (const one of shown) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const excerpt = document.createElement("p");
      link.href = one.url;
      link.textContent = one.meta.day || one.meta.title;
      put(excerpt, one.excerpt);
      item.append(link, excerpt);
      hits.append(item);
    }
    filter([]);
    say(result.results.length, "");
  }

  input.addEventListener("input", search);
})();
