"""What cannot be done, and why. Pure: the words are found in the reader's language above."""


class Impossible(ValueError):
    """What is asked of the factory cannot be done; the sentence says what, and why.

    It is kept as it was written, with its values apart (``{lot}``), so that whoever shows it
    to people can look it up in their language.
    """

    def __init__(self, sentence: str, **fields: object) -> None:
        super().__init__(sentence.format(**fields))
        self.sentence, self.fields = sentence, fields
