"""Every mistake of a user is one line on standard error that says what to do, and exit code 2."""

import shutil

import pytest

MISTAKES = {
    "misspelt command": (["trian", "x"], "No such command 'trian'. Did you mean 'train'? See 'triage --help'."),
    "misspelt option": (["train", "x", "--fsat"], "No such option: --fsat (Possible options: --fast)."),
    "option left out": (["predict", "{waiting}"], "Missing option '--out'. See 'triage predict --help'."),
    "argument too many": (["data", "check", "a", "b"], "Got unexpected extra argument"),
    "number out of range": (["train", "{history}", "--seed", "-1"], "Invalid value for '--seed'"),
    "file not there": (["predict", "none.csv", "--out", "a.csv"], "There is no file none.csv"),
    "folder for a file": (["data", "check", "."], "is a folder; name one file of tickets in it."),
    "empty file": (["train", "empty.csv"], "empty.csv is empty"),
    "no text column": (["train", "foreign.csv"], "foreign.csv has no column named subject or body"),
    "bytes that are no text": (["predict", "binary.csv", "--out", "a.csv"], "binary.csv holds binary data"),
    "something else inside": (["predict", "binary.parquet", "--out", "a.csv"], "holds something else, or is cut off"),
    "broken JSON": (["explain", "broken.json"], "broken.json holds no JSON object"),
    "mapping not there": (["train", "{history}", "--mapping", "none.toml"], "Mapping none.toml cannot be opened"),
    "mapping no TOML": (["train", "{history}", "--mapping", "broken.toml"], "Mapping broken.toml is no TOML"),
    "mapping of other columns": (
        ["predict", "{waiting}", "--out", "a.csv", "--mapping", "other.toml"],
        "names column 'sbject', which the file does not have; did you mean 'subject'?",
    ),
    "level nobody knows": (["train", "levels.csv"], "'catastrophic'"),
    "head nobody knows": (["train", "{history}", "--heads", "urgncy"], "no head 'urgncy'; did you mean 'urgency'?"),
    "no head at all": (["train", "{history}", "--heads", ","], "known are: category, sentiment, urgency"),
    "encoder not there": (["train", "{history}", "--encoder", "none"], "There is no encoder folder none"),
    "encoder that is none": (["train", "{history}", "--encoder", "."], "it has no modules.json"),
    "encoder mode that is none": (
        ["train", "{history}", "--encoder", ".", "--encoder-mode", "statc"],
        "no encoder mode 'statc'; did you mean 'static'?",
    ),
    "encoder mode alone": (
        ["train", "{history}", "--encoder-mode", "full"],
        "An encoder mode was given but no encoder",
    ),
    "no labels": (["train", "{waiting}"], "label"),
    "name that is none": (["train", "{history}", "--name", "../x"], "'../x' cannot be a model's name"),
    "models in a file": (["train", "{history}", "--models", "empty.csv"], "empty.csv is a file"),
    "model not there": (["evaluate", "{history}", "--models", "none"], "There is no model in none; train one with"),
    "model misspelt": (
        ["predict", "{waiting}", "--out", "a.csv", "--model-only", "--models", "{models}", "--name", "smal"],
        "did you mean 'small'?",
    ),
    "nothing to judge by": (
        ["evaluate", "{waiting}", "--models", "{models}", "--name", "small"],
        "has no label of urgency, category, sentiment",
    ),
    "time that is none": (["predict", "{waiting}", "--out", "a.csv", "--now", "yesterday"], "got 'yesterday'."),
    "time without zone": (["explain", "{waiting}", "--now", "2026-01-01T00:00"], "--now needs a time zone"),
    "output of unknown kind": (["predict", "{waiting}", "--out", "a.xls"], "end its name in .csv, .csv.gz"),
    "output nowhere": (["predict", "{waiting}", "--out", "no/a.csv"], "there is no folder no; make it first"),
    "output is a folder": (["predict", "{waiting}", "--out", "folder.csv"], "it is a folder; name a file."),
    "output is the input": (["predict", "mine.csv", "--out", "./mine.csv"], "is read by this very command"),
    "one file for two": (["predict", "{waiting}", "--out", "a.csv", "--receipts", "./a.csv"], "both name a.csv"),
    "receipts of nothing": (
        ["predict", "{waiting}", "--out", "a.csv", "--receipts", "r.jsonl", "--model-only"],
        "--receipts keeps decisions, but --model-only makes none",
    ),
    "report nowhere": (["train", "{history}", "--json", "no/r.json"], "there is no folder no"),
    "report over the history": (["data", "check", "mine.csv", "--json", "mine.csv"], "is read by this very command"),
    "several tickets": (["explain", "{waiting}"], "There are 24 tickets; name one of them with --ticket."),
    "ticket not there": (["explain", "{waiting}", "--ticket", "T-50003"], "did you mean 'T-5000"),
    "ticket of another desk": (["explain", "{waiting}", "--ticket", "Ω"], "the first is 'T-500001'."),
    "policy not there": (["predict", "{waiting}", "--out", "a.csv", "--policy", "none.toml"], "Policy none.toml"),
    "policy no TOML": (["explain", "{waiting}", "--ticket", "T-500001", "--policy", "broken.toml"], "broken.toml"),
    "sample into a file": (["data", "sample", "--out", "empty.csv"], "empty.csv is a file"),
    "sample of nothing": (["data", "sample", "--out", ".", "--tickets", "0"], "Invalid value for '--tickets'"),
    "database not there": (["predict", "sqlite:///none.db", "--out", "a.csv"], "There is no file none.db"),
}


@pytest.fixture
def folder(tmp_path, waiting):
    """Return an empty folder with files that are wrong in one way each."""
    (tmp_path / "empty.csv").touch()
    (tmp_path / "foreign.csv").write_text("name,age\nAnna,5\n")
    (tmp_path / "levels.csv").write_text("subject,urgency\nDown,catastrophic\n")
    for name in ("binary.csv", "binary.parquet"):
        (tmp_path / name).write_bytes(bytes(range(256)) * 4)
    (tmp_path / "broken.json").write_text('{"subject": ')
    (tmp_path / "broken.toml").write_text("[columns")
    (tmp_path / "other.toml").write_text('[columns]\nsubject = "sbject"\n')
    (tmp_path / "folder.csv").mkdir()
    shutil.copy(waiting, tmp_path / "mine.csv")
    return tmp_path


@pytest.mark.parametrize(("command", "said"), list(MISTAKES.values()), ids=list(MISTAKES))
def test_a_mistake_is_one_line_that_says_what_to_do(triage, folder, history, waiting, small_models, command, said):
    before = sorted(path.name for path in folder.rglob("*"))
    ended = triage(*(word.format(history=history, waiting=waiting, models=small_models) for word in command))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("triage: ")
    assert ended.err.count("\n") == 1
    assert said in ended.err
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_a_file_name_cannot_steer_the_terminal_or_break_the_line(triage):
    ended = triage("data", "check", "bad\nname\x1b[31m.csv")
    assert ended.err == "triage: There is no file bad name [31m.csv; check its path and name.\n"


@pytest.mark.parametrize("command", [["data", "check", "x.csv"], ["serve"], ["train", "x.csv"]], ids=" ".join)
def test_a_misspelt_variable_is_named_with_the_right_one(triage, monkeypatch, command):
    monkeypatch.setenv("TRIAGE_MODLES", "there")
    said = "triage: Environment variable TRIAGE_MODLES is no setting; did you mean 'TRIAGE_MODELS'?\n"
    assert triage(*command) == (2, "", said)


@pytest.mark.parametrize("damage", ["flip", "lose", "pointer"])
def test_a_damaged_model_is_named_and_never_used(triage, small_models, waiting, tmp_path, damage):
    models = shutil.copytree(small_models, tmp_path / "models")
    version = next((models / "small").glob("0*"))
    if damage == "flip":
        with (version / "coefficients.npy").open("r+b") as file:
            file.seek(-1, 2)
            file.write(b"\x7f")
    elif damage == "lose":
        (version / "manifest.json").unlink()
    else:
        next((models / "small" / "champions").iterdir()).write_text("0009-none\n")
    asked = "predict", waiting, "--out", "a.csv", "--models", models, "--name", "small"
    refused = triage(*asked, "--model-only")
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    ruled = triage(*asked)
    assert ruled.code == 0
    assert ruled.err.startswith("triage: rules alone decide, for no model can be used: ")


def test_the_real_process_says_the_same_in_one_line(program):
    ended = program("predict", "none.csv", "--out", "a.csv")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "triage: There is no file none.csv; check its path and name.\n"
