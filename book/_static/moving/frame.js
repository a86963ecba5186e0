/**
 * What all figures that move share: handles, sliders, the sentence, the address.
 *
 * The build has put a figure's controls, and what its cell said of it, into a `.gd-moving` below
 * the figure's SVG.  Each kind of figure is one function, in the file of its part: it reads
 * `figure.values`, moves the shapes that the figure already has, and returns the numbers of the
 * sentence.  See "A figure that moves" in CONTRIBUTING.md.
 */
"use strict";

var moving = (function () {
  /** @typedef {[number, number]} Point */
  /** @typedef {[low: number, high: number, log: boolean]} Span */
  /** @typedef {number | number[] | string} Value */
  /**
   * What a reader can change: a slider, a choice, turns, a handle or a drawing on some axes.
   *
   * @typedef {object} Setting
   * @property {string} label
   * @property {Value} value
   * @property {number} [low] of a slider
   * @property {number} [high]
   * @property {number} [step] 0 if it is logarithmic
   * @property {string} [format]
   * @property {string[]} [options] of a choice
   * @property {string[]} [buttons] of turns; the value joins those that were pressed by a full stop
   * @property {string} [axes] of a handle
   * @property {"x" | "y" | "xy"} [along]
   * @property {string} [on] of a drawing, which has a digit for each pixel
   */
  /**
   * @typedef {object} Description
   * @property {string} kind
   * @property {string} name
   * @property {string} say
   * @property {Record<string, string>} words
   * @property {Record<string, {x: Span, y: Span}>} axes
   * @property {Record<string, Setting>} values
   * @property {any} data
   */
  /** @typedef {Record<string, number | string>} Numbers */
  /** @typedef {{redraw: (figure: Figure) => Numbers, begin?: (figure: Figure) => void}} Kind */

  const SPEAK = 700; // milliseconds of rest before a change is spoken, and written to the address
  const TOUCH = 44; // the pixels of a handle that a finger needs
  const FAR = 5e3; // the units of an SVG beyond which nothing is drawn
  const NEAR = 0.4; // and within which a line needs no other point, except its last
  const SVG = "http://www.w3.org/2000/svg";

  /** @type {Record<string, Kind>} */
  const kinds = {};

  // --- Numbers and words -------------------------------------------------------------------------

  /**
   * Write a number as Python's format would, for ".3g", ".2f" and "d"; with a true minus, and with
   * powers of ten where it is very large or very small.
   *
   * @param {number} value @param {string} format
   */
  function number(value, format = ".3g") {
    const digits = Number(format.slice(1, -1) || 0);
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "?" : value < 0 ? "−∞" : "∞";
    const size = Math.abs(value);
    let text = value.toFixed(digits);
    if (size >= 1e5 || (format.endsWith("g") && size && size < 1e-4)) {
      const [factor, power] = value.toExponential(Math.max(0, digits - 1)).split("e");
      const raised = power.replace("+", "").replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)] ?? "⁻");
      text = `${Number(factor)}×10${raised}`;
    } else if (format.endsWith("g")) {
      text = String(Number(value.toPrecision(digits)));
    }
    return text.replace(/^-(?=[0.]*$)/, "").replace("-", "−");
  }

  /**
   * Put numbers into a sentence, at "{name}" or "{name:.2f}".  A number that is a text is looked up
   * among the words, which may have numbers in them.
   *
   * @param {string} sentence @param {Numbers} numbers @param {Record<string, string>} words
   * @returns {string}
   */
  const fill = (sentence, numbers, words) =>
    sentence.replace(/\{(\w+):?([^}]*)\}/g, (_, name, format) => {
      const value = numbers[name];
      return typeof value === "string"
        ? fill(words[value] ?? value, numbers, words)
        : number(value, format || undefined);
    });

  /** Round to what a hand can mean on such a span. @param {number} value @param {number} span */
  function tidy(value, span) {
    const digits = Math.max(0, Math.ceil(-Math.log10(span / 400)));
    return Number(value.toFixed(digits));
  }

  /** @param {number} value @param {number} low @param {number} high */
  const within = (value, low, high) => Math.min(Math.max(value, low), high);

  /** @param {string} tag @param {Record<string, string | number>} attributes */
  function shape(tag, attributes) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, `${value}`);
    return /** @type {SVGGraphicsElement} */ (element);
  }

  // A browser does its work anew even where a change changes nothing.

  /** Change words, if they are others: in the text that is there, since a new one is laid out from nothing. @param {Element} element @param {string} words */
  function write(element, words) {
    const text = element.firstChild;
    if (element.textContent === words) return;
    if (text instanceof Text) text.data = words;
    else element.textContent = words;
  }

  /** Change an attribute, if it is another. @param {Element | null} element @param {string} name @param {string} value */
  function put(element, name, value) {
    if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  /** Whether a choice, turns, or a drawing can be what an address says. @param {Setting} setting @param {string} text */
  function reads({ value, options, buttons, on }, text) {
    if (on) return text.length === `${value}`.length && /^\d*$/.test(text);
    return buttons ? text.split(".").every((one) => buttons.includes(one)) : options?.includes(text);
  }

  // --- Where data stand --------------------------------------------------------------------------

  /** One axis: from data to the SVG and back. @param {Span} span @param {Point} ends */
  function axis([low, high, log], [from, to]) {
    const [first, last] = log ? [Math.log10(low), Math.log10(high)] : [low, high];
    const scale = (to - from) / (last - first);
    /** @param {number} value */
    const at = (value) => from + ((log ? Math.log10(value) : value) - first) * scale;
    /** @param {number} value */
    const keep = (value) => within(value, Math.min(low, high), Math.max(low, high));
    /** @param {number} place */
    const back = (place) => {
      const value = first + (place - from) / scale;
      return keep(log ? 10 ** value : tidy(value, Math.abs(high - low)));
    };
    /** Whether it is on the axis. @param {number} place */
    const holds = (place) => (place - from) * (place - to) <= 0;
    return { at, back, keep, holds, low, high, log };
  }

  /** @param {Element} group @param {{x: Span, y: Span}} spans */
  function readAxes(group, { x, y }) {
    const corners = group.querySelector("[data-part=box] path")?.getAttribute("d") ?? "";
    const numbers = (corners.match(/-?[\d.]+/g) ?? []).map(Number);
    const across = numbers.filter((_, i) => i % 2 === 0);
    const down = numbers.filter((_, i) => i % 2 === 1);
    return {
      group,
      x: axis(x, [Math.min(...across), Math.max(...across)]),
      y: axis(y, [Math.max(...down), Math.min(...down)]),
    };
  }

  /** @typedef {ReturnType<typeof readAxes>} Axes */

  // --- A figure ----------------------------------------------------------------------------------

  class Figure {
    /** Losses by the name that the cell gave them. @type {Record<string, any>} */
    losses = {};
    /** @type {Record<string, Axes>} */
    axes = {};
    /** @type {Record<string, Element>} */
    handles = {};
    /** What shows a value: a slider, a handle. @type {Record<string, (() => void)>} */
    shown = {};
    /** What its function keeps from one frame to the next. @type {any} */
    kept = {};
    /** Parts that were looked up, by name. @type {Record<string, Element[]>} */
    found = {};
    /** What they are drawn with. @type {Map<Element, ReturnType<Figure["look"]>>} */
    looked = new Map();
    frame = 0; // the number of the one that will be drawn
    moved = 0; // when anything has changed
    timer = 0; // until the hand is at rest

    /** @param {HTMLElement} panel the controls below a figure */
    constructor(panel) {
      /** @type {Description} */
      const about = JSON.parse(panel.querySelector("script")?.textContent ?? "");
      this.panel = panel;
      this.svg = /** @type {SVGSVGElement} */ (panel.previousElementSibling);
      this.said = /** @type {HTMLElement} */ (panel.querySelector(".gd-say > span"));
      this.name = about.name;
      this.say = about.say;
      this.words = about.words;
      this.settings = about.values;
      /** What the cell gave along: losses, numbers, lists. */
      this.data = about.data;
      /** @type {Record<string, (...about: any[]) => object>} */
      const losses = descent.losses;
      for (const [name, [loss, ...rest]] of Object.entries(about.data.losses ?? {})) {
        this.losses[name] = losses[loss](...rest);
      }
      for (const [name, spans] of Object.entries(about.axes)) {
        const group = this.svg.querySelector(`[data-axes="${name}"]`);
        if (group) this.axes[name] = readAxes(group, spans);
      }
      /** What the reader has set, by name. @type {Record<string, any>} */
      this.values = this.initial();
      this.kind = kinds[about.kind];
    }

    /** What the cell drew. @returns {Record<string, any>} */
    initial() {
      const pairs = Object.entries(this.settings);
      return structuredClone(Object.fromEntries(pairs.map(([name, one]) => [name, one.value])));
    }

    /** The shapes that a part is made of: a ring is a line on a wider one of paper. @param {string} name */
    parts(name) {
      const found = (this.found[name] ??= [...this.svg.querySelectorAll(`[data-part="${name}"]`)]);
      if (!found.length) throw new Error(`the figure ${this.name} has no part ${name}`);
      return found;
    }

    /** What a part is drawn with: axes, the path of its line, markers. @param {Element} part */
    look(part) {
      const joined = /** @type {SVGPathElement | null} */ (part.querySelector("[data-mark]"));
      // Not the path of the marker, which is a definition.
      const path = part.querySelector(":scope > path");
      return { ...this.around(part), path, joined, mark: joined?.dataset.mark };
    }

    /** The axes that a part is drawn in. @param {Element} part @returns {Axes} */
    around(part) {
      const group = part.closest("[data-axes]");
      const found = Object.values(this.axes).find((axes) => axes.group === group);
      if (!found) throw new Error(`a part of ${this.name} is in no axes that move`);
      return found;
    }

    /**
     * Draw a line through other points, with a marker at each if it has markers.  It ends where it
     * is no number any more, or far outside.
     *
     * @param {string} name @param {number[][]} points in the units of its axes; NaN lifts the pen
     */
    line(name, points) {
      for (const part of this.parts(name)) this.trace(part, points);
    }

    /** @param {Element} part @param {number[][]} points */
    trace(part, points) {
      let drawn = this.looked.get(part);
      if (!drawn) this.looked.set(part, (drawn = this.look(part)));
      const { x, y, path, joined, mark } = drawn;
      let [d, marks, pen, s, t] = ["", "", "M", NaN, NaN];
      // Plain numbers and loops: a curve has hundreds of points, and a frame a few milliseconds.
      for (let k = 0, last = points.length - 1; k <= last; k++) {
        let u = x.at(points[k][0]);
        let v = y.at(points[k][1]);
        const out = Math.max(Math.abs(u), Math.abs(v));
        if (out > FAR) { // it ends far outside, in the direction in which it went
          const share = FAR / Math.max(Math.abs(u - s), Math.abs(v - t));
          u = s + share * (u - s);
          v = t + share * (v - t);
        }
        const near = Math.abs(u - s) < NEAR && Math.abs(v - t) < NEAR;
        if (near && !joined && k < last && !Number.isNaN(points[k + 1][1])) continue;
        const down = Number.isFinite(u + v);
        if (down) {
          const place = `${u.toFixed(2)} ${v.toFixed(2)}`;
          d += pen + place;
          if (joined) marks += `M${place}${mark}`;
        }
        if (out > FAR) break;
        pen = down ? "L" : "M";
        s = u;
        t = v;
      }
      put(path, "d", d);
      put(joined, "d", marks);
    }

    /**
     * Change the words of a text, and where they stand.
     *
     * @param {string} name @param {string} words @param {number[]} place in units of its axes
     */
    text(name, words, place) {
      const [part] = this.parts(name);
      const text = part.querySelector("text");
      if (!text) return;
      write(text, words);
      const { x, y } = this.around(part);
      text.removeAttribute("transform");
      put(text, "x", x.at(place[0]).toFixed(2));
      put(text, "y", y.at(place[1]).toFixed(2));
    }

    /** Where a pointer is, in the units of the SVG. @param {MouseEvent} event @returns {Point} */
    where({ clientX, clientY }) {
      const matrix = this.svg.getScreenCTM()?.inverse();
      const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix);
      return [x, y];
    }

    /** Put a handle where it belongs. @param {string} name @param {number[]} place */
    place(name, [u, v]) {
      const { x, y } = this.axes[this.settings[name].axes ?? ""];
      const [across, down] = [x.at(x.keep(u)).toFixed(2), y.at(y.keep(v)).toFixed(2)];
      for (const circle of this.handles[name].children) {
        put(circle, "cx", across);
        put(circle, "cy", down);
      }
    }

    /** Whether a place is within the axes of such a name. @param {string} axes @param {number[]} place */
    shows(axes, [u, v]) {
      const { x, y } = this.axes[axes];
      return x.keep(u) === u && y.keep(v) === v;
    }

    /** Set one value, and draw anew. @param {string} name @param {Value} value */
    set(name, value) {
      this.values[name] = value;
      this.changed();
    }

    /** Draw anew with the next frame, however many values change until then. */
    changed() {
      this.frame ||= requestAnimationFrame((now) => {
        this.frame = 0;
        this.draw();
        this.moved = now;
        if (!this.timer) this.wait(SPEAK);
      });
    }

    /** Settle when nothing has changed for a while: one timer, for to set one costs as much as to draw a line. @param {number} time */
    wait(time) {
      this.timer = setTimeout(() => {
        this.timer = 0;
        const left = this.moved + SPEAK - performance.now();
        if (left > 0) this.wait(left);
        else this.settle();
      }, time);
    }

    draw() {
      const numbers = this.kind.redraw(this);
      for (const name of Object.keys(this.settings)) this.shown[name]?.();
      write(this.said, fill(this.say, numbers, this.words));
    }

    /** Give what changes a height of its own: then a change makes no browser lay out the whole page. */
    hold() {
      // Around a choice that doesn't help: browsers hang its options above the page.
      /** @type {NodeListOf<HTMLElement>} */
      const boxes = this.panel.querySelectorAll(".gd-say, .gd-sliders");
      for (const { style } of boxes) style.cssText = "";
      for (const box of boxes) {
        box.style.cssText = `contain: size layout; height: ${box.getBoundingClientRect().height}px`;
      }
    }

    /** Say where we are, and write it to the address: when the hand has come to rest. */
    settle() {
      const spoken = this.panel.querySelector("[role=status]");
      if (spoken) write(spoken, this.said.textContent ?? "");
      const first = this.initial();
      const changes = Object.entries(this.values).filter(([name, value]) => `${value}` !== `${first[name]}`);
      const query = changes.map(([name, value]) => `${name}=${value}`).join("&");
      const here = location.hash.startsWith(`#${this.name}?`);
      if (query || here) history.replaceState(null, "", `#${this.name}${query && `?${query}`}`);
    }

    /** Take over what the address says, if it speaks of this figure. */
    recall() {
      const [name, query] = location.hash.slice(1).split("?");
      if (name !== this.name || !query) return;
      this.values = this.initial();
      this.kept = {};
      for (const [key, text] of new URLSearchParams(query)) {
        if (!Object.hasOwn(this.settings, key)) continue;
        const setting = this.settings[key];
        if (typeof setting.value === "string") {
          if (reads(setting, text)) this.values[key] = text;
          continue;
        }
        const given = text.split(",").map(Number);
        const length = [setting.value].flat().length;
        if (given.length !== length || !given.every(Number.isFinite)) continue;
        const { step = 0 } = setting;
        const kept = given.map((value, i) =>
          within(step ? Math.round(value / step) / (1 / step) : value, ...this.limits(key, i)));
        this.values[key] = Array.isArray(setting.value) ? kept : kept[0];
      }
      this.panel.closest("figure")?.scrollIntoView({ block: "nearest" });
      this.changed();
    }

    /** @param {string} name @param {number} i @returns {Point} between what it may be */
    limits(name, i) {
      const { axes, along, low = -Infinity, high = Infinity } = this.settings[name];
      if (!axes) return [low, high];
      const { low: first, high: last } = this.axes[axes][along === "y" || i ? "y" : "x"];
      return first < last ? [first, last] : [last, first];
    }

    reset() {
      this.values = this.initial();
      this.changed();
    }
  }

  // --- Sliders -----------------------------------------------------------------------------------

  /** @param {Figure} figure @param {HTMLInputElement} input */
  function slider(figure, input) {
    const name = input.name;
    const { low = 0, high = 1, step = 0, format } = figure.settings[name];
    const output = input.parentElement?.querySelector("output");
    input.addEventListener("input", () => {
      const place = input.valueAsNumber;
      // A logarithmic slider runs from 0 to 1, and gives three digits.
      const value = step ? place : Number((low * (high / low) ** place).toPrecision(3));
      figure.set(name, value);
    });
    figure.shown[name] = () => {
      const value = figure.values[name];
      const text = number(value, format);
      input.value = `${step ? value : Math.log(value / low) / Math.log(high / low)}`;
      if (output) write(output, text);
      put(input, "aria-valuetext", text);
    };
    const play = input.parentElement?.querySelector("button");
    play?.addEventListener("click", () => run(figure, input));
  }

  /** @param {Figure} figure @param {HTMLSelectElement} select */
  function choice(figure, select) {
    select.addEventListener("input", () => figure.set(select.name, select.value));
    figure.shown[select.name] = () => {
      const value = figure.values[select.name];
      if (select.value !== value) select.value = value; // a browser would measure all options anew
    };
  }

  /** One of the buttons that take a turn. @param {Figure} figure @param {HTMLButtonElement} button */
  function turn(figure, { name, value }) {
    const before = figure.values[name];
    figure.set(name, before ? `${before}.${value}` : value);
  }

  /** Move a slider from its beginning to its end, unless motion is unwelcome. @param {Figure} figure @param {HTMLInputElement} input */
  function run(figure, input) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const { low = 0, high = 1, step = 0 } = figure.settings[input.name];
    const begun = performance.now();
    let mine = NaN;
    /** @param {number} now */
    const tick = (now) => {
      const share = still ? 1 : Math.min(Math.max(now - begun, 0) / 4000, 1);
      const value = low + Math.round((share * (high - low)) / step) * step;
      if (mine === mine && figure.values[input.name] !== mine) return; // somebody has taken over
      figure.set(input.name, (mine = value));
      if (share < 1) requestAnimationFrame(tick);
    };
    tick(begun);
  }

  // --- Handles -----------------------------------------------------------------------------------

  /**
   * What a hand does with a part of a figure; a finger that holds it doesn't scroll.
   *
   * @param {Figure} figure @param {SVGGraphicsElement} part
   * @param {(place: Point) => void} begin @param {(place: Point) => void} move @param {() => void} [end]
   */
  function grab(figure, part, begin, move, end) {
    let held = false;
    part.addEventListener("pointerdown", (event) => {
      held = true;
      part.setPointerCapture(event.pointerId);
      part.focus({ preventScroll: true });
      begin(figure.where(event));
      event.preventDefault();
    });
    // Not every browser heeds `touch-action` in an SVG.
    part.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    part.addEventListener("pointermove", (event) => held && move(figure.where(event)));
    part.addEventListener("lostpointercapture", () => {
      held = false;
      end?.();
    });
  }

  /** Where an arrow key points. @type {Record<string, Point | undefined>} */
  const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  /**
   * What a key does with a part of a figure.
   *
   * @param {Element} part
   * @param {(way: Point | undefined, fast: boolean, key: string) => boolean} act returns whether it did anything
   */
  function keys(part, act) {
    part.addEventListener("keydown", (event) => {
      const { key, shiftKey, altKey, ctrlKey, metaKey } = /** @type {KeyboardEvent} */ (event);
      if (altKey || ctrlKey || metaKey || !act(WAYS[key], shiftKey, key)) return;
      event.preventDefault();
      event.stopPropagation(); // arrow keys turn pages
    });
  }

  /** @param {Figure} figure @param {string} name */
  function handle(figure, name) {
    const { label, axes = "", along = "xy" } = figure.settings[name];
    const { x, y, group } = figure.axes[axes];
    const { low, high } = along === "y" ? y : x;
    const grip = shape("g", {
      class: "gd-handle", "data-handle": name, tabindex: 0, role: "slider", "aria-label": label,
      "aria-valuemin": low, "aria-valuemax": high,
    });
    const middle = shape("circle", { r: 9 });
    grip.append(shape("circle", { class: "gd-hit", r: TOUCH / 2 }), middle);
    figure.svg.append(grip);
    figure.handles[name] = grip;
    /** @param {number} across @param {number} up in the units of the SVG */
    const to = (across, up) => {
      const place = [x.back(across), y.back(up)];
      figure.set(name, along === "xy" ? place : place[along === "x" ? 0 : 1]);
    };
    /** From the pointer to the middle of the handle. */
    let apart = [0, 0];
    grab(figure, grip,
      ([u, v]) => (apart = [Number(middle.getAttribute("cx")) - u, Number(middle.getAttribute("cy")) - v]),
      ([u, v]) => to(u + apart[0], v + apart[1]));

    // Where both coordinates are the hand's, a tap anywhere moves the handle there.
    if (along === "xy") {
      figure.svg.addEventListener("click", (event) => {
        const target = /** @type {Element} */ (event.target);
        const [u, v] = figure.where(event);
        if (!target.closest(".gd-handle") && x.holds(u) && y.holds(v)) to(u, v);
      });
      group.classList.add("gd-touch");
    }

    keys(grip, (way, fast, key) => {
      const value = [figure.values[name]].flat();
      const end = ["Home", "End"].indexOf(key);
      if (end >= 0) {
        const last = figure.limits(name, 0)[end];
        figure.set(name, along === "xy" ? [last, value[1]] : last);
        return true;
      }
      if (!way) return false;
      const far = fast ? 10 : 1;
      const [u, v] = [way[0] * far, way[1] * far];
      figure.set(name, along === "xy" ? [nudge(x, value[0], u), nudge(y, value[1], v)]
        : nudge(along === "x" ? x : y, value[0], u + v));
      return true;
    });

    figure.shown[name] = () => {
      const value = [figure.values[name]].flat();
      put(grip, "aria-valuetext", value.map((one) => number(one)).join(", "));
      put(grip, "aria-valuenow", `${value[0]}`);
    };
  }

  /** About one percent of an axis further, to a round number; what is beyond the axis stays there. @param {Axes["x"]} axis @param {number} value @param {number} steps */
  function nudge({ at, back, keep, low, high, log }, value, steps) {
    if (!steps) return value;
    if (log) return back(at(value) + (steps * (at(high) - at(low))) / 100);
    const percent = Math.abs(high - low) / 100;
    const power = 10 ** Math.floor(Math.log10(percent));
    const step = power * (percent < 2 * power ? 1 : percent < 5 * power ? 2 : 5);
    const way = steps * Math.sign(high - low);
    const next = keep(Number(((Math.round(value / step) + way) * step).toPrecision(12)));
    return (next - value) * way < 0 ? value : next;
  }

  /**
   * Lay what moves on invisible sheets that are as large as it ever gets.  A browser keeps
   * neighbours on one, and when one changes its size, it piles up all sheets of the page anew.
   *
   * @param {Figure} figure
   */
  function lay({ svg }) {
    const { width, height } = svg.viewBox.baseVal;
    const moves = "[data-part]:not([data-part=box]), .gd-handle";
    for (const part of svg.querySelectorAll(moves)) {
      if (part.previousElementSibling?.matches(moves)) continue;
      const more = part.closest("[clip-path]") ? FAR : 0; // what is clipped may go far
      part.before(shape("rect", {
        x: -more, y: -more, width: width + 2 * more, height: height + 2 * more,
        "fill-opacity": 0, "pointer-events": "none",
      }));
    }
  }

  /** A finger needs as much room on a small screen. @param {Figure} figure */
  function fit(figure) {
    const scale = (figure.svg.getBoundingClientRect().width || 1) / figure.svg.viewBox.baseVal.width;
    for (const hit of figure.svg.querySelectorAll(".gd-hit")) {
      put(hit, "r", (TOUCH / 2 / scale).toFixed(2));
    }
    figure.hold();
  }

  // --- A page ------------------------------------------------------------------------------------

  /** @param {HTMLElement} panel */
  function wake(panel) {
    const figure = new Figure(panel);
    for (const input of panel.querySelectorAll("input")) slider(figure, input);
    for (const select of panel.querySelectorAll("select")) choice(figure, select);
    for (const [name, setting] of Object.entries(figure.settings)) if (setting.axes) handle(figure, name);
    for (const button of panel.querySelectorAll("button")) {
      if (button.value) button.addEventListener("click", () => turn(figure, button));
    }
    panel.querySelector(".gd-reset")?.addEventListener("click", () => figure.reset());
    figure.svg.setAttribute("role", "group"); // an image has no parts that can be reached
    figure.kind.begin?.(figure);
    lay(figure);
    figure.draw();
    figure.recall();
    addEventListener("hashchange", () => figure.recall());
    let width = 0;
    const observer = new ResizeObserver(() => {
      const now = panel.offsetWidth + figure.svg.getBoundingClientRect().width;
      if (now !== width) fit(figure);
      width = now;
    });
    for (const one of [figure.svg, panel]) observer.observe(one);
    // To ask how high the sentence is would make a browser lay it out at once.
    const { said } = figure;
    const box = /** @type {HTMLElement} */ (said.parentElement);
    new ResizeObserver(() => {
      if (said.offsetHeight > box.offsetHeight) box.style.height = `${said.offsetHeight}px`;
    }).observe(said);
  }

  document.addEventListener("DOMContentLoaded", () => { // after all deferred scripts
    for (const panel of document.querySelectorAll(".gd-moving")) wake(/** @type {HTMLElement} */ (panel));
  });
  return {
    number,
    shape,
    within,
    grab,
    keys,
    /** So many numbers from one to another, as NumPy's linspace. @param {Point} span @param {number} [count] */
    grid([low, high], count = 101) {
      const places = [];
      for (let i = 0; i < count; i++) places.push(low + ((high - low) * i) / (count - 1));
      return places;
    },
    /**
     * Add a kind of figure.
     *
     * @param {string} name
     * @param {Kind["redraw"]} redraw moves the parts, and returns the numbers of the sentence
     * @param {Kind["begin"]} [begin] is called once, before: for what the frame does not know
     */
    kind(name, redraw, begin) {
      kinds[name] = { redraw, begin };
    },
  };
})();
