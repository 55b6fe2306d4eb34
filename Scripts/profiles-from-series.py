#!/usr/bin/env python3
"""Writes the profiles of published series into profiles/scaling, by `token-budget fit`.

    python3 Scripts/profiles-from-series.py [--tool .build/release/token-budget]

The scores are in Tests/TokenBudgetTests/References/published_series.csv; this script groups them, and knows
what each table measured.
"""

import argparse

from profile_writing import TOOL, fit, rows, slug

EADP = ("Wang, Yang, Shen, Combating Textual Noise and Redundancy: Entropy-Aware Dense Visual Token Pruning "
        "(EADP), arXiv 2607.02484")
CLIP = ["--vision", "CLIP ViT-L/14-336"]
WHOLE = ("the model was trained with {} tokens and tokens were taken away when it ran; the whole model is "
         "another treatment")

# What a table's series have in common: the beginning of the id, flags of `fit`, and the source.
TABLES = {
    "restore-1": {
        "ident": "cho2026-restore",
        "options": ["--params-billions", "7", *CLIP, "--unreduced-tokens", "576"],
        "source": {
            "cite": "Cho et al., Improving Visual Token Reduction via Rectifying Distortions (RESTORE), ICML "
                    "2026 (PMLR 306)",
            "where": "Table 1, all methods run again by its authors in one environment",
            "url": "cvlab.yonsei.ac.kr/projects/RESTORE",
            "note": WHOLE.format(576) + "; of a method that prunes between layers the count is the one that "
                    "the paper compares it at",
        },
    },
    "eadp-2": {
        "ident": "wang2026-eadp",
        "options": ["--params-billions", "7", *CLIP, "--unreduced-tokens", "2880"],
        "source": {
            "cite": EADP, "where": "Table 2", "url": "arXiv:2607.02484",
            "note": WHOLE.format("2,880"),
        },
    },
    "eadp-3": {
        "ident": "wang2026-eadp",
        "options": ["--params-billions", "7", "--unreduced-tokens", "1296"],
        "source": {
            "cite": EADP, "where": "Table 3, images of 1008 x 1008 pixels, 1,296 tokens",
            "url": "arXiv:2607.02484",
            "note": "tokens were taken away when the model ran; the whole model is another treatment",
        },
    },
    "llava-next-grids": {
        "ident": "llava-next2024-grids",
        "options": ["--params-billions", "0.5", "--vision", "SigLIP SO400M-384", "--how",
                    "trained-per-budget"],
        "source": {
            "cite": "LLaVA-NeXT team, What Else Influences Visual Instruction Tuning Beyond Data?, blog of May "
                    "2024",
            "where": "table 'Max. #Grids and Max. #Tokens', 6 x 6 grids",
            "note": "a model was trained at each cap of 5, 10 and 17 times 729 tokens; an image that needs fewer "
                    "tiles gets fewer tokens than the cap",
        },
    },
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", default=TOOL)
    tool = parser.parse_args().tool
    groups = {}
    for row in rows("published_series.csv"):
        key = (row["source"], row["model"], row["benchmark"])
        groups.setdefault(key, []).append({"tokens": row["tokens"], "score": row["score"]})
    for (source, model, benchmark), points in groups.items():
        table = TABLES[source]
        fit(tool, f"{table['ident']}-{identifier(model)}-{slug(benchmark)}", benchmark,
            sorted(points, key=lambda point: float(point["tokens"])), "--model", model,
            "--title", f"{benchmark} against vision tokens, {model}", *table["options"],
            source={**table["source"], "retrieved": "2026-11-28"})


def identifier(model):
    """A model's name as a part of an id: points stay, words are joined by dashes."""
    words = "".join(c if c.isalnum() or c == "." else " " for c in model.lower()).split()
    return "-".join(words)


if __name__ == "__main__":
    main()
