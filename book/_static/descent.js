/**
 * Rules and losses, number for number those of the Python package.
 *
 * Nothing here knows of a page: a figure that moves asks this script for numbers, and a test asks
 * it for the same numbers as the package.  Parameters are arrays of numbers; a rule is a generator
 * that looks, yields what it has seen, and moves, as in `gdbook/rules.py`.
 *
 * A classic script, because browsers refuse modules from a folder; node can run it, too.
 */
"use strict";

var descent = (function () {
  /** @typedef {number[]} Vector */
  /** @typedef {(step: number) => number} Schedule */
  /**
   * @typedef {object} Loss
   * @property {(w: Vector) => number} value
   * @property {(w: Vector) => Vector} gradient
   * @property {number} [examples] how many examples it is a mean over
   * @property {(examples: number[]) => Loss} [on] the loss on some of the examples
   */
  /**
   * @typedef {object} Step
   * @property {Vector} parameters
   * @property {Vector} [gradient]
   */
  /** @typedef {Generator<Step, never, void>} Run */
  /** @typedef {{learningRate: number | Schedule}} Rate */

  // Plain loops, and places by their number, where every step passes: they take half the time.

  /** @param {Vector} a @param {Vector} b */
  function dot(a, b) {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  }

  // --- Losses ------------------------------------------------------------------------------------

  /**
   * A mean over examples of a function of their scores, the score being a weighted sum.
   *
   * @param {Vector[]} x one row per example, a 1 first where there is an intercept
   * @param {Vector} y
   * @param {(score: number, target: number) => number} value
   * @param {(score: number, target: number) => number} slope its derivative in the score
   * @returns {Loss}
   */
  function overExamples(x, y, value, slope) {
    const n = y.length;
    return {
      examples: n,
      value: (w) => x.reduce((sum, row, i) => sum + value(dot(row, w), y[i]), 0) / n,
      gradient(w) {
        const total = w.map(() => 0);
        for (let i = 0; i < n; i++) {
          const each = slope(dot(x[i], w), y[i]);
          for (let j = 0; j < w.length; j++) total[j] += each * x[i][j];
        }
        for (let j = 0; j < w.length; j++) total[j] /= n;
        return total;
      },
      on: (some) =>
        overExamples(some.map((i) => x[i]), some.map((i) => y[i]), value, slope),
    };
  }

  /**
   * The mean squared error of a linear model, or half of it.
   *
   * @param {Vector[]} x
   * @param {Vector} y
   * @param {{half?: boolean}} [options]
   */
  function leastSquares(x, y, { half = false } = {}) {
    const factor = half ? 1 : 2;
    return overExamples(
      x,
      y,
      (score, target) => (factor / 2) * (score - target) ** 2,
      (score, target) => factor * (score - target),
    );
  }

  /**
   * The log loss of a linear model, for labels 0 and 1.  It does not overflow.
   *
   * @param {Vector[]} x
   * @param {Vector} y
   */
  function logisticLoss(x, y) {
    /** @param {number} t */
    const softplus = (t) => Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
    /** @param {number} t */
    const logistic = (t) => (t < 0 ? Math.exp(t) / (1 + Math.exp(t)) : 1 / (1 + Math.exp(-t)));
    return overExamples(
      x,
      y,
      (score, label) => softplus(label ? -score : score),
      (score, label) => (label ? -logistic(-score) : logistic(score)),
    );
  }

  /**
   * A bowl, or a saddle, with a given Hessian and its centre.
   *
   * @param {Vector[]} hessian
   * @param {Vector} centre
   * @returns {Loss}
   */
  function quadratic(hessian, centre) {
    /** @param {Vector} w @param {number} i */
    const slope = (w, i) => {
      let sum = 0;
      for (let j = 0; j < w.length; j++) sum += hessian[i][j] * (w[j] - centre[j]);
      return sum;
    };
    return {
      value(w) {
        let sum = 0;
        for (let i = 0; i < w.length; i++) sum += slope(w, i) * (w[i] - centre[i]);
        return sum / 2;
      },
      gradient: (w) => w.map((_, i) => slope(w, i)),
    };
  }

  /**
   * A loss with some parameters held fixed, as a function of the others.
   *
   * @param {[string, ...any]} of the name of a loss, and its arguments
   * @param {(number | null)[]} values where each stands; null for one that is free
   * @returns {Loss}
   */
  function frozen([name, ...rest], values) {
    /** @type {Loss} */
    const whole = /** @type {any} */ (losses)[name](...rest);
    /** @param {Vector} w */
    const insert = (w) => {
      let next = 0;
      return values.map((value) => value ?? w[next++]);
    };
    return {
      value: (w) => whole.value(insert(w)),
      gradient: (w) => whole.gradient(insert(w)).filter((_, i) => values[i] === null),
    };
  }

  /** @returns {Loss} */
  function himmelblau() {
    return {
      value: (w) => (w[0] ** 2 + w[1] - 11) ** 2 + (w[0] + w[1] ** 2 - 7) ** 2,
      gradient(w) {
        const u = w[0];
        const v = w[1];
        const first = u ** 2 + v - 11;
        const second = u + v ** 2 - 7;
        return [4 * u * first + 2 * second, 2 * first + 4 * v * second];
      },
    };
  }

  /** @returns {Loss} */
  function rosenbrock() {
    return {
      value: (w) => (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2,
      gradient(w) {
        const u = w[0];
        const off = w[1] - u ** 2;
        return [-2 * (1 - u) - 400 * u * off, 200 * off];
      },
    };
  }

  /** @returns {Loss} */
  function twoWells() {
    /** @param {Vector} w */
    const wells = ([u, v]) => [
      1.5 * Math.exp(-((u + 1) ** 2 + v ** 2)),
      Math.exp(-((u - 1) ** 2 + v ** 2)),
    ];
    return {
      value(w) {
        const [deep, shallow] = wells(w);
        return 2 - (deep + shallow);
      },
      gradient(w) {
        const [u, v] = w;
        const [deep, shallow] = wells(w);
        return [2 * deep * (u + 1) + 2 * shallow * (u - 1), 2 * deep * v + 2 * shallow * v];
      },
    };
  }

  /** A wide bowl with a crease at its bottom, over one parameter. @returns {Loss} */
  function crease() {
    return {
      value: ([w]) => w ** 2 / 4 + Math.sqrt(1 + 4 * w ** 2) - 1,
      gradient: ([w]) => [w / 2 + (4 * w) / Math.sqrt(1 + 4 * w ** 2)],
    };
  }

  // --- Rules -------------------------------------------------------------------------------------

  /**
   * A rule that keeps some memory for each parameter and moves each on its own.
   *
   * @template Memory
   * @param {Loss} loss
   * @param {Vector} start
   * @param {number | Schedule} learningRate
   * @param {() => Memory} remember the memory of one parameter, at first
   * @param {(memory: Memory, gradient: number, rate: number, step: number, w: number) => number} move
   *     by how much a parameter becomes smaller; it may change the memory
   * @returns {Run}
   */
  function* eachOnItsOwn(loss, start, learningRate, remember, move) {
    let parameters = start.slice();
    const memories = start.map(remember);
    for (let step = 1; ; step++) {
      const gradient = loss.gradient(parameters);
      yield { parameters, gradient };
      const rate = typeof learningRate === "function" ? learningRate(step - 1) : learningRate;
      const before = parameters;
      parameters = [];
      for (let j = 0; j < before.length; j++) {
        parameters.push(before[j] - move(memories[j], gradient[j], rate, step, before[j]));
      }
    }
  }

  const nothing = () => null;

  /** @param {Loss} loss @param {Vector} start @param {Rate} settings @returns {Run} */
  const gradientDescent = (loss, start, { learningRate }) =>
    eachOnItsOwn(loss, start, learningRate, nothing, (_, g, rate) => rate * g);

  /** @param {Loss} loss @param {Vector} start @param {Rate} settings @returns {Run} */
  const signDescent = (loss, start, { learningRate }) =>
    eachOnItsOwn(loss, start, learningRate, nothing, (_, g, rate) => rate * Math.sign(g));

  /**
   * @param {Loss} loss @param {Vector} start @param {Rate & {momentum?: number}} settings
   * @returns {Run}
   */
  const momentum = (loss, start, { learningRate, momentum: share = 0.9 }) =>
    eachOnItsOwn(loss, start, learningRate, () => ({ velocity: 0 }), (memory, g, rate) => {
      memory.velocity = share * memory.velocity + g;
      return rate * memory.velocity;
    });

  /**
   * @param {Loss} loss @param {Vector} start @param {Rate & {momentum?: number}} settings
   * @returns {Run}
   */
  const nesterov = (loss, start, { learningRate, momentum: share = 0.9 }) =>
    eachOnItsOwn(loss, start, learningRate, () => ({ velocity: 0 }), (memory, g, rate) => {
      memory.velocity = share * memory.velocity + g;
      return rate * (g + share * memory.velocity);
    });

  /**
   * @param {Loss} loss @param {Vector} start @param {Rate & {eps?: number}} settings
   * @returns {Run}
   */
  const adagrad = (loss, start, { learningRate, eps = 1e-10 }) =>
    eachOnItsOwn(loss, start, learningRate, () => ({ squares: 0 }), (memory, g, rate) => {
      memory.squares += g ** 2;
      return (rate * g) / (Math.sqrt(memory.squares) + eps);
    });

  /**
   * @param {Loss} loss @param {Vector} start
   * @param {Rate & {decay?: number, eps?: number}} settings
   * @returns {Run}
   */
  const rmsprop = (loss, start, { learningRate, decay = 0.9, eps = 1e-8 }) =>
    eachOnItsOwn(loss, start, learningRate, () => ({ squares: 0 }), (memory, g, rate) => {
      memory.squares = decay * memory.squares + (1 - decay) * g ** 2;
      return (rate * g) / (Math.sqrt(memory.squares) + eps);
    });

  /**
   * Adam, and with a weight decay AdamW.
   *
   * @param {Loss} loss @param {Vector} start
   * @param {Rate & {beta1?: number, beta2?: number, eps?: number, weightDecay?: number}} settings
   * @returns {Run}
   */
  const adam = (
    loss,
    start,
    { learningRate, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weightDecay = 0 },
  ) => {
    let [last, grown1, grown2] = [0, 0, 0]; // powers are slow: once a step is enough
    return eachOnItsOwn(
      loss,
      start,
      learningRate,
      () => ({ mean: 0, squares: 0 }),
      (memory, g, rate, step, w) => {
        if (step !== last) [last, grown1, grown2] = [step, 1 - beta1 ** step, 1 - beta2 ** step];
        memory.mean = beta1 * memory.mean + (1 - beta1) * g;
        memory.squares = beta2 * memory.squares + (1 - beta2) * g ** 2;
        const scale = Math.sqrt(memory.squares / grown2) + eps;
        return rate * (memory.mean / grown1 / scale + weightDecay * w);
      },
    );
  };

  /**
   * @param {Loss} loss @param {Vector} start
   * @param {Rate & {beta1?: number, beta2?: number, weightDecay?: number}} settings
   * @returns {Run}
   */
  const lion = (loss, start, { learningRate, beta1 = 0.9, beta2 = 0.99, weightDecay = 0 }) =>
    eachOnItsOwn(loss, start, learningRate, () => ({ mean: 0 }), (memory, g, rate, _step, w) => {
      const direction = Math.sign(beta1 * memory.mean + (1 - beta1) * g);
      memory.mean = beta2 * memory.mean + (1 - beta2) * g;
      return rate * (direction + weightDecay * w);
    });

  /**
   * Nudge each parameter up and down, and go where the loss is lower.
   *
   * @param {Loss} loss @param {Vector} start @param {{stepSize: number}} settings
   * @returns {Run}
   */
  function* hotAndCold(loss, start, { stepSize }) {
    let parameters = start.slice();
    for (;;) {
      const here = parameters;
      /** @param {number} j @param {number} nudge */
      const tried = (j, nudge) => loss.value(here.map((w, i) => (i === j ? w + nudge : w)));
      const better = here.map((_, j) => Math.sign(tried(j, -stepSize) - tried(j, stepSize)));
      yield { parameters };
      parameters = here.map((w, j) => w + stepSize * better[j]);
    }
  }

  /**
   * The same rule on batches: every step sees the next of the orders that Python has drawn.
   *
   * @param {Loss} loss a mean over examples
   * @param {number[][]} batches the numbers of the examples in each; after the last the first again
   * @returns {Loss} whose gradient goes on to the next batch after every look
   */
  function minibatches(loss, batches) {
    if (!loss.on) throw new Error("loss must be a mean over examples to be split into batches");
    return inTurn(loss, batches.map(loss.on));
  }

  /**
   * A loss whose gradient is that of its parts, one after the other.
   *
   * @param {Loss} loss
   * @param {Loss[]} parts
   * @returns {Loss}
   */
  function inTurn({ value }, parts) {
    let next = 0;
    return { value, gradient: (w) => parts[next++ % parts.length].gradient(w) };
  }

  // --- Schedules ---------------------------------------------------------------------------------

  /** @param {number} rate @param {{factor?: number, every?: number}} [options] @returns {Schedule} */
  const stepDecay = (rate, { factor = 0.5, every = 10 } = {}) => (step) =>
    rate * factor ** Math.floor(step / every);

  /** @param {number} rate @param {{factor: number}} options @returns {Schedule} */
  const exponential = (rate, { factor }) => stepDecay(rate, { factor, every: 1 });

  /** @param {number} rate @returns {Schedule} */
  const inverseSqrt = (rate) => (step) => rate / Math.sqrt(step + 1);

  /** @param {number} rate @param {{steps?: number}} [options] @returns {Schedule} */
  const inverseTime = (rate, { steps = 1 } = {}) => (step) => rate / (1 + step / steps);

  /** @param {number} rate @param {{steps: number, end?: number}} options @returns {Schedule} */
  const cosine = (rate, { steps, end = 0 }) => (step) =>
    end + ((rate - end) * (1 + Math.cos(Math.PI * Math.min(step / steps, 1)))) / 2;

  /** @param {number | Schedule} schedule @param {{steps: number}} options @returns {Schedule} */
  const warmup = (schedule, { steps }) => {
    /** @type {Schedule} */
    const then = typeof schedule === "function" ? schedule : () => schedule;
    return (step) => (step < steps ? then(0) * ((step + 1) / steps) : then(step - steps));
  };

  /** Where a run was, in its first steps. @param {Run} run @param {number} steps */
  function walk(run, steps) {
    /** @type {Vector[]} */
    const parameters = [];
    for (let step = 0; step <= steps; step++) parameters.push(run.next().value.parameters);
    return parameters;
  }

  /** Where it was, and the losses there. @param {Run} run @param {Loss} loss @param {number} steps */
  function trace(run, loss, steps) {
    const parameters = walk(run, steps);
    return { parameters, losses: parameters.map(loss.value) };
  }

  const losses = {
    leastSquares, logisticLoss, quadratic, frozen, himmelblau, rosenbrock, twoWells, crease,
  };
  return {
    losses,
    rules: {
      gradientDescent, signDescent, momentum, nesterov, adagrad, rmsprop, adam, lion, hotAndCold,
    },
    schedules: { stepDecay, exponential, inverseSqrt, inverseTime, cosine, warmup },
    minibatches,
    inTurn,
    walk,
    trace,
  };
})();
