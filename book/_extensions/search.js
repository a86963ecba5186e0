// How the search weighs what it finds.  Sphinx writes this into language_data.js, which every search reads after
// searchtools.js; a page's own search words count 100 there, a word of its title 15, a word of its text 5.
var Scorer = {
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
  // Who searches wants to learn first, and to look things up second.
  score: ([page, , , , score]) => score * (
    /^back\/glossary/.test(page) ? 0.8 : /^back\/api/.test(page) ? 0.6 : /^back\//.test(page) ? 0.2 : 1),
};

if (typeof Search !== "undefined") {
  // A page is listed once, by the best that it has to offer; a function of the package has a line of its own.
  const everything = Search._performSearch;
  Search._performSearch = (...query) => {
    const seen = new Set();
    return everything(...query).reverse().filter(([page, title, , , , , kind]) => {
      const name = kind === SearchResultKind.object ? title : page;
      return !seen.has(name) && seen.add(name);
    }).reverse();
  };
  // Read from a folder, a page may not fetch others to quote from them.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
