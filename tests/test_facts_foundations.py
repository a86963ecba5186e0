"""Every number of the sources that the foundations print, and every term that they must explain.

The rain is Google's course in machine learning, 1.15 and 0.75 inches; the terms are those of its
glossary and of *Dive into Deep Learning*, sections 3.1.1 and 3.1.4.
"""

import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

import gdbook as gd

BOOK = Path(__file__).parents[1] / "book"
GLOSSARY = (BOOK / "back" / "glossary.md").read_text()
TERMINOLOGY = (BOOK / "foundations" / "terminology.md").read_text()

# What a reader of the Chinese documents looks for, and under which word of ours it is found.
TERMS = {
    "机器学习": "machine learning",
    "监督式学习": "supervised learning",
    "非监督式学习": "unsupervised learning",
    "强化学习": "reinforcement learning",
    "数据集": "data set",
    "样本": "example",
    "数据点": "example",
    "有标签样本": "labelled example",
    "无标签样本": "unlabelled example",
    "特征": "feature",
    "协变量": "covariate",
    "标签": "label",
    "目标": "target",
    "训练集": "training set",
    "训练数据集": "training set",
    "验证集": "validation set",
    "模型": "model",
    "模型参数": "parameter",
    "权重": "weight",
    "截距": "intercept",
    "偏置": "bias",
    "预测": "prediction",
    "评估": "evaluation",
    "推断": "inference",
    "回归": "regression",
    "线性回归": "linear regression",
    "神经元": "neuron",
    "神经网络": "neural network",
    "全连接层": "fully connected layer",
    "隐藏层": "hidden layer",
    "损失": "loss",
    "损失函数": "loss function",
    "均方误差": "mean squared error",
    "对数损失": "log loss",
    "L2 损失": "L2 loss",
    "偏导数": "partial derivative",
    "梯度": "gradient",
    "梯度下降": "gradient descent",
    "梯度步": "gradient step",
    "学习率": "learning rate",
    "超参数": "hyperparameter",
    "收敛": "convergence",
    "解析解": "analytic solution",
    "反向传播": "backpropagation",
    "前向传播": "forward pass",
    "反向传递": "backward pass",
    "链式法则": "chain rule",
    "批次": "batch",
    "批次大小": "batch size",
    "全批次": "full batch",
    "小批量": "mini-batch",
    "随机梯度下降": "stochastic gradient descent",
    "小批量随机梯度下降": "minibatch stochastic gradient descent",
    "轮次": "epoch",
}


def entries() -> dict[str, str]:
    """Return the glossary's explanations by their terms."""
    body = GLOSSARY.split(":sorted:", 1)[1].rsplit("```", 1)[0]
    parts = re.split(r"^(?=\S)", body.strip("\n"), flags=re.MULTILINE)
    return dict(part.split("\n", 1) for part in parts if part.strip())


def chinese(explanation: str) -> list[str]:
    """Return the Chinese names in the last line of an explanation."""
    names, _, page = explanation.strip().split("\n")[-1].rpartition(" · ")
    return names.strip().split(", ") if page else []


@pytest.mark.parametrize("term", entries())
def test_every_term_has_its_chinese_name_and_its_page(term):
    """The last line of an entry: names in Chinese, then a link to a page that there is."""
    last = entries()[term].strip().split("\n")[-1].strip()
    match = re.fullmatch(r"(.*[\u4e00-\u9fff].*) · \[[^]]+\]\(([^)#]+)(?:#[^)]*)?\)", last)
    assert match, f"{term}: {last!r} must read 中文 · [page](page.md)"
    assert (BOOK / "back" / match[2]).is_file()


@pytest.mark.parametrize(("name", "term"), TERMS.items())
def test_a_reader_of_the_chinese_documents_finds_each_term(name, term):
    """In the glossary, and in the order of ideas on the page of terms."""
    assert name in chinese(entries()[term])
    assert re.search(rf"\{{term\}}`(?:[^`<]*<)?{term}>?`", TERMINOLOGY), "not on the page of terms"
    assert name in TERMINOLOGY or name in {"非监督式学习", "模型参数", "训练数据集"}


# --- The rain ------------------------------------------------------------------------------------

HUMIDITY = [0.9, 0.6, 0.7, 0.9, 0.5, 0.8, 0.6, 1.0]
CLOUDS = [0.7, 0.3, 0.9, 1.0, 0.6, 0.4, 0.8, 0.8]
RAIN = [0.75, 0.10, 0.75, 1.05, 0.25, 0.50, 0.55, 0.95]
DAYS = np.column_stack([HUMIDITY, CLOUDS])


def test_the_forecast_of_1_15_inches_comes_closer_to_0_75():
    """The course's two numbers, and its claim about them."""
    day = gd.least_squares(DAYS[:1], RAIN[:1], intercept=True)
    start = np.array([0, 0.5, 1])
    before = start @ [1, *DAYS[0]]
    after = (start - 0.1 * day.gradient(start)) @ [1, *DAYS[0]]
    assert f"{before:.2f}" == "1.15"
    assert RAIN[0] == 0.75
    assert f"{after:.2f}" == "0.97"


def test_training_ends_where_scikit_learn_does():
    """The printed model, and the forecasts made with it."""
    model = LinearRegression().fit(DAYS, RAIN)
    assert [f"{value:.2f}" for value in (model.intercept_, *model.coef_)] == [
        "-0.77",
        "1.09",
        "0.82",
    ]
    loss = gd.least_squares(DAYS, RAIN, intercept=True)
    end = gd.gradient_descent(loss, [0, 0.5, 1], learning_rate=0.3).trace(1000).parameters[-1]
    np.testing.assert_allclose(end, [model.intercept_, *model.coef_], atol=1e-3)
    tomorrow, fine = model.predict([[0.85, 0.60], [0.30, 0.10]])
    assert f"{tomorrow:.2f}" == "0.65"
    assert f"{fine:.2f}" == "-0.36"


# --- Batches and rates ---------------------------------------------------------------------------


@pytest.mark.parametrize(("n_examples", "size", "steps"), [(80, 16, 5), (80, 1, 80), (80, 80, 1)])
def test_an_epoch_has_as_many_steps_as_batches(n_examples, size, steps):
    """And together they show every example once."""
    numbers = np.arange(n_examples, dtype=float)
    batches = gd.minibatches(gd.least_squares(np.ones(n_examples), numbers), size=size)
    sums = []
    for _ in range(steps):
        sums.append(-batches.gradient([0.0])[0] / 2 * size)
        batches.advance()
    assert sum(sums) == pytest.approx(numbers.sum())


def test_a_rate_of_0_3_is_three_times_0_1_for_one_step():
    """And for one step only."""
    data, start = gd.noisy_line(), gd.random_start()
    loss = gd.least_squares(data.x_train, data.y_train, intercept=True)

    def moved(rate, steps):
        run = gd.gradient_descent(loss, start, learning_rate=rate)
        return np.linalg.norm(run.trace(steps).parameters[-1] - start)

    assert moved(0.3, 1) / moved(0.1, 1) == pytest.approx(3)
    assert f"{moved(0.3, 10) / moved(0.1, 10):.2f}" == "1.14"


def test_a_rate_of_0_03_with_the_loss_halved_is_0_015():
    """Bit by bit, in mini-batches, too; and up to rounding in d2l's own loop."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(1000, 2))
    y = x @ [2, -3.4] + 4.2 + generator.normal(scale=0.01, size=1000)
    loss = gd.least_squares(x, y, intercept=True)
    ours = gd.gradient_descent(gd.minibatches(loss, size=10), np.zeros(3), learning_rate=0.015)
    half = gd.least_squares(x, y, intercept=True, half=True)
    theirs = gd.gradient_descent(gd.minibatches(half, size=10), np.zeros(3), learning_rate=0.03)
    expected = ours.trace(100).parameters
    np.testing.assert_array_equal(theirs.trace(100).parameters, expected)

    inputs = np.column_stack([np.ones(1000), x])
    order = np.random.default_rng(0).permutation(1000)
    parameters = np.zeros(3)
    for first in range(0, 1000, 10):
        rows = order[first : first + 10]
        summed = inputs[rows].T @ (inputs[rows] @ parameters - y[rows])
        parameters = parameters - 0.03 * summed / 10
    np.testing.assert_allclose(parameters, expected[-1], rtol=1e-9)
