"""Trains the tagger on the project's own sentences and prints how well it does.

    python tools/tagger/train.py            # cross-validates, trains, writes src/workshop_kit/tagger.npz
    python tools/tagger/train.py --check    # only cross-validates

`statements-*.csv` beside this file hold the sentences: source (a fictional ladder), level, heading,
statement, label, also_acceptable. Each file was written in one go, by one hand. Cross-validation
leaves out whole sources, and then whole files: what is judged was never trained on, and comes from
another ladder, or from another hand.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, make_union
from sklearn.svm import LinearSVC

from workshop_kit import tagging
from workshop_kit.evaluation import Evaluation, evaluate

HERE = Path(__file__).parent
MODEL = Path(tagging.__file__).parent / tagging.MODEL_FILE
COST = 1.0  # LinearSVC's C
DEFENSIBLE = 0.3  # the weight of a label that is acceptable but not the first choice
FOLDS = 8


def corpus() -> pd.DataFrame:
    """All sentences; `also` is a list of labels, `hand` the file that they stand in."""
    parts = [
        pd.read_csv(path, dtype=str, keep_default_na=False).assign(hand=path.stem)
        for path in sorted(HERE.glob("statements-*.csv"))
    ]
    frame = pd.concat(parts, ignore_index=True).drop_duplicates("statement", ignore_index=True)
    return frame.assign(also=frame["also_acceptable"].str.split())


def vectorizer() -> FeatureUnion:
    """The blocks of `tagging.BLOCKS`, each weighted by tf-idf and set to length 1."""
    blocks = []
    for block in tagging.BLOCKS:

        def analyzer(text: str, block: Any = block) -> list[str]:
            return [name for name, _, _ in block([word[0] for word in tagging.tokens(text)])]

        blocks.append(TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, min_df=2))
    return make_union(*blocks)


def fitted(frame: pd.DataFrame) -> tuple[FeatureUnion, LinearSVC]:
    """Features and classifier. A defensible label counts as a second, lighter example."""
    union = vectorizer()
    first = csr_matrix(union.fit_transform(frame["statement"]))
    also = [(i, label) for i, labels in enumerate(frame["also"]) for label in labels]
    rows = vstack([first, first[[i for i, _ in also]]]).tocsr()
    labels = [*frame["label"], *(label for _, label in also)]
    weights = [1 - DEFENSIBLE / 2 if labels else 1.0 for labels in frame["also"]]
    weights += [DEFENSIBLE] * len(also)
    return union, LinearSVC(C=COST, random_state=0).fit(rows, labels, sample_weight=weights)


def scores(union: FeatureUnion, machine: LinearSVC, texts: Any) -> np.ndarray:
    """A score for each text and dimension, in the order of `tagging.DIMENSIONS`."""
    order = [list(machine.classes_).index(name) for name in tagging.DIMENSIONS]
    return np.asarray(machine.decision_function(union.transform(texts)))[:, order]


def cross_validated(frame: pd.DataFrame, by: str, folds: int) -> np.ndarray:
    """Scores for every sentence from a machine that saw nothing of its group."""
    groups = sorted(set(frame[by]))
    np.random.default_rng(0).shuffle(groups)
    found = np.zeros((len(frame), len(tagging.DIMENSIONS)))
    for number in range(min(folds, len(groups))):
        left_out = frame[by].isin(groups[number::folds]).to_numpy()
        union, machine = fitted(frame[~left_out].reset_index(drop=True))
        found[left_out] = scores(union, machine, frame["statement"][left_out])
    return found


def judged(frame: pd.DataFrame, found: np.ndarray) -> Evaluation:
    """How the highest scores agree with the labels."""
    predicted = [tagging.DIMENSIONS[i] for i in found.argmax(axis=1)]
    return evaluate(frame["label"].tolist(), frame["also"].tolist(), predicted)


def temperature(frame: pd.DataFrame, found: np.ndarray) -> float:
    """The factor that turns scores into likelihoods that fit the labels best."""
    truth = np.array([tagging.DIMENSIONS.index(label) for label in frame["label"]])

    def loss(factor: float) -> float:
        powers = factor * (found - found.max(axis=1, keepdims=True))
        logs = powers - np.log(np.exp(powers).sum(axis=1, keepdims=True))
        return float(-logs[np.arange(len(truth)), truth].mean())

    return float(minimize_scalar(loss, bounds=(0.1, 20), method="bounded").x)


def write_model(union: FeatureUnion, machine: LinearSVC, factor: float) -> None:
    """Writes the model file, the same bytes for the same model."""
    names = [n for _, block in union.transformer_list for n in block.get_feature_names_out()]
    idf = np.concatenate([block.idf_ for _, block in union.transformer_list])
    order = [list(machine.classes_).index(name) for name in tagging.DIMENSIONS]
    arrays = {
        "names": np.frombuffer(json.dumps(names).encode(), np.uint8),
        "idf": idf.astype(np.float16),
        "weights": machine.coef_[order].T.astype(np.float16),
        "intercept": machine.intercept_[order].astype(np.float32),
        "temperature": np.array(factor, np.float32),
    }
    with zipfile.ZipFile(MODEL, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            inside = io.BytesIO()
            np.save(inside, array)
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, inside.getvalue(), zipfile.ZIP_DEFLATED, 9)


def main() -> None:
    parser = argparse.ArgumentParser(description=re.split(r"\n\n", __doc__ or "")[0])
    parser.add_argument("--check", action="store_true", help="only cross-validate")
    check = parser.parse_args().check
    frame = corpus()
    hands = frame["hand"].nunique()
    print(f"{len(frame)} sentences from {frame['source'].nunique()} ladders in {hands} files\n")
    by_source = cross_validated(frame, "source", FOLDS)
    print(f"Cross-validated by source, {FOLDS} folds\n{judged(frame, by_source).table()}\n")
    by_hand = cross_validated(frame, "hand", hands)
    print(f"Cross-validated by file, {hands} folds\n{judged(frame, by_hand).table()}\n")
    if not check:
        union, machine = fitted(frame)
        write_model(union, machine, temperature(frame, by_source))
        print(f"Wrote {MODEL.name}: {MODEL.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
