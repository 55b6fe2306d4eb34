#!/usr/bin/env python3
"""Writes profiles/scaling/li2025-vqq-*.yaml from the paper's measurements and published fits.

    python3 Scripts/profiles-from-paper.py

Reads points_vqq.csv and fits_vqq.csv beside the tests that check the result, so the profiles, the
references and the tests have one origin. Running it again changes nothing.
"""

from profile_writing import ROOT, mapping, rows

# (benchmark, metric) -> id suffix, what is measured
METRICS = {
    ("MME", "Overall"): ("mme", "MME"),
    ("HallusionBench", "Overall"): ("hallusionbench", "HallusionBench"),
    ("POPE", "Overall"): ("pope", "POPE"),
    ("COCO_VAL", "BLEU-1"): ("coco-bleu-1", "COCO_VAL BLEU-1"),
    ("COCO_VAL", "BLEU-4"): ("coco-bleu-4", "COCO_VAL BLEU-4"),
    ("COCO_VAL", "ROUGE-L"): ("coco-rouge-l", "COCO_VAL ROUGE-L"),
    ("COCO_VAL", "CIDEr"): ("coco-cider", "COCO_VAL CIDEr"),
    ("OCRBench", "Final Score"): ("ocrbench", "OCRBench"),
    ("AI2D_TEST", "Overall"): ("ai2d", "AI2D_TEST"),
    ("RealWorldQA", "Overall"): ("realworldqa", "RealWorldQA"),
    ("MMStar", "Overall"): ("mmstar", "MMStar"),
    ("SEEDBench_IMG", "Overall"): ("seedbench-img", "SEEDBench_IMG"),
    ("SEEDBench2", "Overall"): ("seedbench2", "SEEDBench2"),
    ("SEEDBench2_Plus", "Overall"): ("seedbench2-plus", "SEEDBench2_Plus"),
    ("ScienceQA_TEST", "Overall"): ("scienceqa", "ScienceQA_TEST"),
    ("OCRVQA_TESTCORE", "Overall"): ("ocrvqa", "OCRVQA_TESTCORE"),
    ("ChartQA_TEST", "Overall"): ("chartqa", "ChartQA_TEST"),
    ("TextVQA_VAL", "Overall"): ("textvqa", "TextVQA_VAL"),
}

# As the authors' repository has it (tenghuilee/ScalingCapFusedVisionLM): queries that read the image's
# tokens and the question, between CLIP and a frozen Llama-2 of hidden size 4096, so 7B; the base was
# trained with 256 queries and fine-tuned for each count on a tenth of the data.
MODEL = ('name: "VQQ on Llama-2-7B", params_billions: 7, vision: "CLIP ViT-L/14-336, tiles", '
         "how: trained-per-budget")


def main():
    points = {}
    for row in rows("points_vqq.csv"):
        points.setdefault((row["benchmark"], row["metric"]), []).append((row["n"], row["score"]))
    for row in rows("fits_vqq.csv"):
        key = (row["benchmark"], row["metric"])
        suffix, name = METRICS[key]
        series = points[key]
        width = max(len(n) for n, _ in series)
        lines = [
            "kind: scaling-profile",
            "schema: 1",
            f"id: li2025-vqq-{suffix}",
            f"title: {name} against vision tokens, question-aware queries",
            f"model: {{ {MODEL} }}",
            f"metric: {{ {mapping(name)} }}",
            "measurements:",
        ]
        for n, score in series:
            blank = " " * (width - len(n))
            lines.append(f"  - {{ tokens: {n},{blank} score: {score} }}")
        lines += [
            "# S = c / n^alpha; a negative alpha is a score that grows with n.",
            f"law: {{ form: power, c: {row['c']}, alpha: {row['alpha']} }}",
            "fit:",
            '  method: "published fit, least squares of ln(score) on ln(tokens)"',
            f"  fitted_tokens: [{series[0][0]}, {series[-1][0]}]",
            "source:",
            '  cite: "Li, Zhou, Zhao, Zhao, Scaling Capability in Token Space, JMLR 26(253), 2025"',
            '  where: "figure and fits of the question-aware model in the authors\' repository"',
            '  url: "arXiv:2412.18387v4"',
            "  retrieved: 2026-11-22",
            '  note: "scores read from the vector figure, relative error about 1e-6"',
        ]
        path = ROOT / "profiles/scaling" / f"li2025-vqq-{suffix}.yaml"
        path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
