// The standalone page is the element's first user: what its address asks for becomes the element's attributes.
const ATTRIBUTES = ["scenario", "seed", "t", "autoplay", "speed", "show", "theme", "lang", "embed"];

const element = document.querySelector("mon-scope");
const query = new URLSearchParams(location.search);
for (const name of ATTRIBUTES) {
  if (query.has(name)) element.setAttribute(name, query.get(name));
}
