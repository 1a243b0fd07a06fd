"""Encoder folders small enough for a test: the layout of a real one, weights by lot."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

_TEXT = """checkout payment is down slow broken fails crashed unavailable works fine thanks great icon colour ugly
please invoice wrong login the a for all some customers page"""
WORDS = _TEXT.split()
MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
WIDTH, HEADS, LAYERS, INNER, POSITIONS = 16, 4, 2, 24, 20

_BERT = {
    "layer": "encoder.layer",
    "projections": ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"),
    "attention_norm": "attention.output.LayerNorm",
    "network": ("intermediate.dense", "output.dense"),
    "output_norm": "output.LayerNorm",
}
_NAMES = {
    "distilbert": {
        "layer": "transformer.layer",
        "projections": ("attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin"),
        "attention_norm": "sa_layer_norm",
        "network": ("ffn.lin1", "ffn.lin2"),
        "output_norm": "output_layer_norm",
    },
    "mpnet": _BERT
    | {
        "projections": ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o"),
        "attention_norm": "attention.LayerNorm",
    },
}


def write_encoder(folder: Path, family: str = "bert", pooling: str = "mean") -> Path:
    """Write a whole encoder folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    pooled = folder / "1_Pooling"
    pooled.mkdir(exist_ok=True)
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    write_json(
        folder / "modules.json",
        [{"path": path, "type": f"sentence_transformers.models.{kind}"} for path, kind in modules],
    )
    modes = {"cls_token": "cls", "mean_tokens": "mean", "max_tokens": "max"}
    write_json(pooled / "config.json", {f"pooling_mode_{name}": mode == pooling for name, mode in modes.items()})
    write_json(folder / "config.json", config(family))
    save_file(tensors(family), folder / "model.safetensors")
    tokenizer().save(str(folder / "tokenizer.json"))
    return folder


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


def config(family: str) -> dict[str, object]:
    """Return what a folder's config.json says."""
    if family == "distilbert":
        sizes = {"dim": WIDTH, "n_heads": HEADS, "n_layers": LAYERS, "hidden_dim": INNER, "activation": "gelu"}
    else:
        sizes = {"hidden_size": WIDTH, "num_attention_heads": HEADS, "num_hidden_layers": LAYERS}
        sizes |= {"intermediate_size": INNER, "hidden_act": "gelu", "layer_norm_eps": 1e-12, "type_vocab_size": 1}
    other = {"vocab_size": len(MARKS) + len(WORDS), "max_position_embeddings": POSITIONS, "pad_token_id": 0}
    return {"model_type": family, "relative_attention_num_buckets": 32, **sizes, **other}


def tensors(family: str) -> dict[str, np.ndarray]:
    """Return weights by lot, named as the family names them."""
    rng, names, found = np.random.default_rng(0), _NAMES.get(family, _BERT), {}

    def linear(name: str, n_in: int, n_out: int) -> None:
        found[f"{name}.weight"] = rng.normal(0, 0.4, (n_out, n_in))
        found[f"{name}.bias"] = rng.normal(0, 0.1, n_out)

    def norm(name: str) -> None:
        found[f"{name}.weight"], found[f"{name}.bias"] = rng.normal(1, 0.1, WIDTH), rng.normal(0, 0.1, WIDTH)

    found["embeddings.word_embeddings.weight"] = rng.normal(size=(len(MARKS) + len(WORDS), WIDTH))
    found["embeddings.position_embeddings.weight"] = rng.normal(0, 0.3, (POSITIONS, WIDTH))
    if family not in ("distilbert", "mpnet"):
        found["embeddings.token_type_embeddings.weight"] = rng.normal(0, 0.3, (1, WIDTH))
    norm("embeddings.LayerNorm")
    for number in range(LAYERS):
        layer = f"{names['layer']}.{number}"
        for name in names["projections"]:
            linear(f"{layer}.{name}", WIDTH, WIDTH)
        norm(f"{layer}.{names['attention_norm']}")
        linear(f"{layer}.{names['network'][0]}", WIDTH, INNER)
        linear(f"{layer}.{names['network'][1]}", INNER, WIDTH)
        norm(f"{layer}.{names['output_norm']}")
    if family == "mpnet":
        found["encoder.relative_attention_bias.weight"] = rng.normal(size=(32, HEADS))
    return {name: value.astype(np.float32) for name, value in found.items()}


def tokenizer() -> Tokenizer:
    """Return a tokenizer of whole words."""
    numbers = {word: number for number, word in enumerate([*MARKS, *WORDS])}
    built = Tokenizer(models.WordLevel(numbers, unk_token="[UNK]"))
    built.normalizer = normalizers.Lowercase()
    built.pre_tokenizer = pre_tokenizers.Whitespace()
    built.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", numbers["[CLS]"]), ("[SEP]", numbers["[SEP]"])]
    )
    return built
