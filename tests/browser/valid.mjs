// What html-validate asks of the built pages: whether they are valid, not how they are written.
export default {
  root: true,
  extends: ["html-validate:standard", "html-validate:document"],
  rules: {
    "require-sri": "off", // hashes guard what others serve; every file of the site is the site's own
  },
};
