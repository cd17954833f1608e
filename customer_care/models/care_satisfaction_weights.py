from odoo import api, models
from odoo.exceptions import ValidationError

from ..logic import satisfaction

_SHOWN = ("factor_ids", "source_ids")
_QUARTERS = ("weight_q1", "weight_q2", "weight_q3", "weight_q4")


class CareSatisfactionWeights(models.AbstractModel):
    """Weights of a programme make 100, and stay while forms count by them."""

    _name = "care.satisfaction.weights"
    _description = "Weights of a programme"

    def _check_weights(self):
        """Refuse weights that do not make 100; no rows yet are no mistake yet."""
        words = {name: self._fields[name].string for name in _SHOWN}
        for programme in self:
            for name in words:
                weights = [
                    satisfaction.exact(w) for w in programme[name].mapped("weight")
                ]
                if weights and sum(weights) != 100:
                    raise ValidationError(
                        self.env._(
                            "The weights of %(programme)s (%(part)s) make "
                            "%(sum)s, not 100. Change them together on its form.",
                            programme=programme.name,
                            part=programme._words_of(name),
                            sum=f"{float(sum(weights)):g}",
                        )
                    )

    def _check_not_asked(self):
        """Refuse other weights while forms of a running round count by these."""
        answers = self.env["care.satisfaction.answer"].sudo()
        for programme in self:
            found = answers.search(
                [
                    ("programme_id", "=", programme.id),
                    ("round_id.state", "=", "running"),
                ],
                limit=1,
            )
            if found:
                raise ValidationError(
                    self.env._(
                        "Forms of %(round)s count by the weights of %(programme)s as "
                        "they are. Close the round before you change them.",
                        round=found.round_id.name,
                        programme=programme.name,
                    )
                )

    def _words_of(self, name):
        return self.fields_get([name], ["string"])[name]["string"]

    @api.constrains("own_weight", "below_weight", *_QUARTERS)
    def _check_year(self):
        for programme in self:
            parts = {
                programme._words_of("own_weight"): ("own_weight", "below_weight"),
                programme._words_of("weight_q1"): _QUARTERS,
            }
            for names in parts.values():
                weights = [satisfaction.exact(programme[name]) for name in names]
                if sum(weights) != 100 or min(weights) < 0:
                    raise ValidationError(
                        self.env._(
                            "The weights of the year of %(programme)s (%(parts)s) make "
                            "%(sum)s, not 100. Change them together.",
                            programme=programme.name,
                            parts=", ".join(map(programme._words_of, names)),
                            sum=f"{float(sum(weights)):g}",
                        )
                    )
