// The scripts that pages load: classic ones, since browsers refuse modules from a folder.
import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    files: ["book/_static/**/*.js"],
    languageOptions: { sourceType: "script", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      "curly": ["error", "multi-line"],
      "eqeqeq": "error",
      "no-else-return": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-shadow": ["error", { allow: ["handle", "axis", "name"] }],
      "no-unused-vars": ["error", { vars: "local", argsIgnorePattern: "^_" }],
      "object-shorthand": "error",
      "prefer-const": "error",
      "strict": ["error", "global"],
    },
  },
  {
    files: ["book/_static/moving/*.js"],
    languageOptions: { globals: { descent: "readonly", moving: "writable" } },
    rules: { "no-redeclare": ["error", { builtinGlobals: false }] },
  },
  { files: ["book/_static/theme.js"], rules: { strict: "off" } },
];
