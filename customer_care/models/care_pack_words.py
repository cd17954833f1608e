from odoo import api, models


class CarePackWords(models.AbstractModel):
    """The sentences in which a pack is refused; it keeps no records."""

    _name = "care.pack.words"
    _description = "Sentences about policy packs"

    @api.model
    def _sentence(self, error, with_line=True):
        """Return a PackError as one sentence with its line and the way out."""
        sentence = self._sentences()[error.kind] % self._shown(error.values)
        if error.line is None or not with_line:
            return sentence
        return self.env._(
            "Line %(line)s: %(sentence)s", line=error.line, sentence=sentence
        )

    @api.model
    def _shown(self, values):
        return {key: "" if value is None else value for key, value in values.items()}

    @api.model
    def _sentences(self):
        return self._file_sentences() | self._shape_sentences() | self._load_sentences()

    @api.model
    def _file_sentences(self):
        """{kind of PackError: sentence about the file as such}"""
        env = self.env
        return {
            "too_large": env._(
                "the pack is larger than %(limit)s kB. Split the policy."
            ),
            "not_utf8": env._("the file is not UTF-8 text. Save it as UTF-8."),
            "syntax": env._("this is not YAML: %(reason)s. Correct the line."),
            "several_documents": env._(
                "a second document begins. One pack, one policy."
            ),
            "alias": env._(
                "anchors and aliases (& and *) are not allowed. Write it out."
            ),
            "tag": env._(
                "the tag %(tag)s is not allowed. Write plain text or a number."
            ),
            "too_deep": env._(
                "the lists go deeper than %(limit)s levels. Flatten them."
            ),
            "key_not_text": env._("a key must be a word. Correct the line."),
            "duplicate_key": env._("“%(key)s” stands here a second time. Remove one."),
        }

    @api.model
    def _shape_sentences(self):
        """{kind of PackError: sentence about what a pack must look like}"""
        env = self.env
        return {
            "not_mapping": env._("“%(key)s” must hold keys and values. Correct it."),
            "not_list": env._(
                "“%(key)s” must be a list. Begin each entry with a dash."
            ),
            "bad_value": env._("“%(key)s” has a value of the wrong type. Correct it."),
            "missing_key": env._("“%(key)s” is missing. Add it."),
            "unknown_key": env._("“%(key)s” is not known here. Use one of: %(known)s."),
            "bad_format": env._("this format is not known. The format is %(known)s."),
            "bad_version": env._("the version must be a whole number from 1 on."),
            "bad_replaces": env._(
                "“replaces” must be the code of the policy this one takes the place "
                "of, such as P09."
            ),
            "bad_addons": env._(
                "“addons” must be a list of technical names, such as sale."
            ),
            "bad_days": env._(
                "the days to confirm must be a whole number; 0 asks for no "
                "confirmation."
            ),
            "bad_code": env._(
                "“%(code)s” cannot be a code. Use letters, digits, dots and dashes."
            ),
            "duplicate_code": env._("the code “%(code)s” stands here a second time."),
            "bad_kind": env._("the kind of a clause must be one of: %(known)s."),
            "no_clause": env._("the policy has no clause. Add at least one."),
            "unknown_clause": env._(
                "the rule names the clause “%(clause)s”, which the pack does not have."
            ),
            "bad_language": env._(
                "“%(lang)s” must be a language such as zh_CN with a text."
            ),
            "no_english": env._("“%(key)s” needs a text for en_US beside the others."),
        }

    @api.model
    def _load_sentences(self):
        """{kind of PackError: sentence about what this database can take}"""
        env = self.env
        return {
            "unknown_model": env._(
                "rules of the kind “%(model)s” are not known here. Name the add-on "
                "that brings them under policy, addons, or use one of: %(known)s."
            ),
            "unknown_target": env._(
                "there is no model “%(model)s” here. Correct the name, or name the "
                "add-on that brings it under policy, addons."
            ),
            "unknown_record": env._(
                "there is no “%(value)s” (%(model)s) here that a pack may name. "
                "Create it first or correct the name."
            ),
            "unknown_value": env._("“%(value)s” is not one of: %(known)s."),
            "older_version": env._(
                "%(policy)s is in force at %(company)s. Give the pack a higher version."
            ),
            "version_not_in_force": env._(
                "%(company)s has %(policy)s already, and it is not in force. Put it in "
                "force or delete the draft, or give the pack a higher version."
            ),
            "words_changed": env._(
                "clause %(clause)s differs from the version in force, whose words are "
                "fixed. Give the pack a higher version."
            ),
            "foreign_rule": env._(
                "the code “%(code)s” is taken by a rule of %(policy)s. Choose another "
                "code."
            ),
            "refused": env._("%(code)s was refused: %(reason)s"),
        }
