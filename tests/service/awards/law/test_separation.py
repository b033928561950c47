import subprocess
import sys

from service.awards.law.separation import acts_on_self, barred_by


def test_the_appraiser_did_not_prepare_the_dossier() -> None:
    assert barred_by("appraise", 7, {"prepare": [7, 8]}) == "prepare"
    assert barred_by("appraise", 9, {"prepare": [7, 8]}) is None


def test_the_one_who_confirms_neither_prepared_nor_appraised() -> None:
    assert barred_by("confirm", 5, {"appraise": [5]}) == "appraise"


def test_a_step_without_a_rule_binds_nobody() -> None:
    assert barred_by("send", 7, {"prepare": [7]}) is None


def test_a_nominee_does_not_act_on_their_own_nomination() -> None:
    assert acts_on_self(3, {1, 3})
    assert not acts_on_self(3, ())


def test_the_law_loads_neither_flask_nor_sqlalchemy() -> None:
    code = (
        "import sys, service.awards.law.quotas, service.awards.law.votes, service.awards.law.ranking, "
        "service.awards.law.money, service.awards.law.separation; "
        "print([m for m in ('flask', 'sqlalchemy', 'marshmallow', 'SpiffWorkflow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
