"""Read an encoder folder in sentence-transformers layout, refusing what is unsafe or not understood.

Weights are read from safetensors alone: the older ``pytorch_model.bin`` is a pickle, which runs code when it is opened.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ticket_triage.errors import EncoderError, nearest

_FAMILIES = ("bert", "roberta", "xlm-roberta", "camembert", "distilbert", "mpnet")
_POOLINGS = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls", "pooling_mode_max_tokens": "max"}
_ACTIVATIONS = ("gelu", "relu", "gelu_new", "gelu_pytorch_tanh")
_FIRST_POSITIONS = {"bert": 0, "distilbert": 0, "mpnet": 2}
"""The RoBERTa family counts from behind its padding token's number."""
_MOST_TOKENS = 512


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """How an encoder's weights are to be applied.

    Parameters
    ----------
    family : str
        The architecture, as ``config.json`` calls it.
    heads, layers, width : int
    activation : str
    epsilon : float
        Keeps layer normalisation from dividing by nothing.
    first_position : int
        Row of the first token in the table of positions.
    pooling : str
        ``mean``, ``cls`` or ``max``: how token vectors become one.
    most_tokens : int
        A text is read up to here, the encoder's own marks included.
    """

    family: str
    heads: int
    layers: int
    width: int
    activation: str
    epsilon: float
    first_position: int
    pooling: str
    most_tokens: int

    def as_dict(self) -> dict[str, Any]:
        """Return the specification as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class EncoderFolder:
    """A folder that was checked: what is in it and where."""

    spec: EncoderSpec
    weights: Path
    tokenizer: Path
    name: str

    def sha256(self) -> str:
        """Return the hash of the weights: the encoder's identity, whatever its folder is called."""
        with self.weights.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def read_folder(folder: str | Path) -> EncoderFolder:
    """Check an encoder folder and say what is in it; the weights themselves are not read yet.

    Parameters
    ----------
    folder : str or Path
        In sentence-transformers layout: ``modules.json``, ``config.json``, ``tokenizer.json``, ``model.safetensors``.

    Raises
    ------
    EncoderError
        When it is missing, is no encoder, keeps its weights as a pickle, or is of a kind this package does not run.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise EncoderError(f"There is no encoder folder {folder}; name one in sentence-transformers layout.")
    if not (folder / "modules.json").is_file():
        raise EncoderError(
            f"{folder} is no encoder in sentence-transformers layout: it has no modules.json; "
            "save one there with SentenceTransformer.save_pretrained."
        )
    home, pooling = _modules(folder)
    config = _json(home / "config.json")
    weights, tokenizer = _weights(home), home / "tokenizer.json"
    if not tokenizer.is_file():
        raise EncoderError(f"{tokenizer} is missing; save the encoder with its fast tokenizer.")
    try:
        spec = _spec(home, config, pooling)
    except (KeyError, TypeError, ValueError) as error:
        raise EncoderError(f"{home / 'config.json'} does not describe an encoder ({error}); save it anew.") from None
    return EncoderFolder(spec, weights, tokenizer, folder.resolve().name)


def _modules(folder: Path) -> tuple[Path, str]:
    """Return where the transformer lies, and the pooling after it; refuse modules that are neither."""
    home, pooling = None, "mean"
    for place, module in enumerate(_modules_of(folder)):
        kind = str(module.get("type", "")).rpartition(".")[2]
        path = folder / str(module.get("path", ""))
        if not path.resolve().is_relative_to(folder.resolve()):
            raise EncoderError(f"{folder / 'modules.json'} points outside its folder, which no encoder has to.")
        if kind == "Transformer" and place == 0:
            home = path
        elif kind == "Pooling" and place == 1:
            pooling = _pooling(path / "config.json")
        elif kind != "Normalize":
            raise EncoderError(
                f"{folder / 'modules.json'} has {kind or 'a nameless module'} in place {place}; an encoder of "
                "Transformer, Pooling and Normalize, in this order, is what can be run."
            )
    if home is None:
        raise EncoderError(f"{folder / 'modules.json'} names no Transformer; save the encoder anew.")
    return home, pooling


def _modules_of(folder: Path) -> list[dict[str, Any]]:
    modules = _json(folder / "modules.json", list)
    if not all(isinstance(module, dict) for module in modules):
        raise EncoderError(f"{folder / 'modules.json'} is no list of modules; save the encoder anew.")
    return list(modules)


def _pooling(path: Path) -> str:
    config = _json(path)
    named = config.get("pooling_mode")
    found = [named] if isinstance(named, str) else [_POOLINGS.get(key, key) for key, on in config.items() if on is True]
    chosen = [mode for mode in found if mode != "include_prompt"]
    if len(chosen) != 1 or chosen[0] not in _POOLINGS.values():
        raise EncoderError(f"{path} pools by {chosen}; one of {sorted(_POOLINGS.values())} is what can be run.")
    return str(chosen[0])


def _weights(home: Path) -> Path:
    weights = home / "model.safetensors"
    if weights.is_file():
        return weights
    pickles = sorted(path.name for pattern in ("*.bin", "*.pt", "*.pth", "*.pkl") for path in home.glob(pattern))
    if pickles:
        raise EncoderError(
            f"{home / pickles[0]} holds the weights as a pickle, which can run code when it is opened; "
            "save the encoder as model.safetensors instead."
        )
    raise EncoderError(f"{weights} is missing; an encoder's weights are read from one safetensors file.")


def _spec(home: Path, config: dict[str, Any], pooling: str) -> EncoderSpec:
    family = str(config["model_type"])
    if family not in _FAMILIES:
        raise EncoderError(f"{home / 'config.json'} is of the kind {family!r}; {nearest(family, _FAMILIES)}")
    activation = str(config.get("hidden_act", config.get("activation", "gelu")))
    if activation not in _ACTIVATIONS:
        raise EncoderError(f"{home / 'config.json'} uses {activation!r}; {nearest(activation, _ACTIVATIONS)}")
    if config.get("position_embedding_type", "absolute") != "absolute" or config.get("is_decoder"):
        raise EncoderError(
            f"{home / 'config.json'} is no plain encoder with absolute positions, which is what can be run."
        )
    offset = _FIRST_POSITIONS.get(family, int(config.get("pad_token_id", 1)) + 1)
    own = int(_sentence_config(home).get("max_seq_length") or _MOST_TOKENS)
    return EncoderSpec(
        family=family,
        heads=int(config.get("num_attention_heads") or config["n_heads"]),
        layers=int(config.get("num_hidden_layers") or config["n_layers"]),
        width=int(config.get("hidden_size") or config["dim"]),
        activation=activation,
        epsilon=float(config.get("layer_norm_eps", 1e-12)),
        first_position=offset,
        pooling=pooling,
        most_tokens=max(3, min(own, int(config["max_position_embeddings"]) - offset, _MOST_TOKENS)),
    )


def _sentence_config(home: Path) -> dict[str, Any]:
    path = home / "sentence_bert_config.json"
    return _json(path) if path.is_file() else {}


def _json(path: Path, kind: type = dict) -> Any:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise EncoderError(f"{path} cannot be read ({error.strerror}); save the encoder anew.") from None
    except ValueError:
        raise EncoderError(f"{path} is no JSON; save the encoder anew.") from None
    if not isinstance(content, kind):
        raise EncoderError(f"{path} does not hold what belongs there; save the encoder anew.")
    return content
