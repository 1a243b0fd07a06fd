"""The text features as a scikit-learn transformer."""

from __future__ import annotations

from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ticket_triage.modelling.tfidf import Blocks, TfidfFeatures, batches


class HashedTfidfVectorizer(TransformerMixin, BaseEstimator):
    """Hashed TF-IDF of word and character n-grams, without a vocabulary.

    Parameters
    ----------
    words : (int, int) or None, default=(1, 2)
        Smallest and largest number of neighbouring words; None for no word block.
    characters : (int, int) or None, default=None
        Smallest and largest number of code points within a blank-padded piece; None for no character block.
    min_df : int, default=2
        N-grams in fewer documents are not learnt.
    character_weight : float, default=1.0
        Length of the character block beside the word block's length of one.

    Attributes
    ----------
    features_ : TfidfFeatures
        What was learnt, in the form that serving uses.

    Raises
    ------
    ValueError
        In ``fit``, when there is no text or no block, or ``X`` is a single string.

    Examples
    --------
    >>> texts = ["checkout is down", "Checkout is slow", "icon is ugly"]
    >>> vectorizer = HashedTfidfVectorizer(words=(1, 1)).fit(texts)
    >>> vectorizer.transform(["CHECKOUT is never met before"]).nnz
    2
    """

    def __init__(self, words=(1, 2), characters=None, *, min_df=2, character_weight=1.0):
        self.words = words
        self.characters = characters
        self.min_df = min_df
        self.character_weight = character_weight

    def fit(self, X, y=None):
        """Learn which n-grams occur, and in how many texts.

        Parameters
        ----------
        X : iterable of str of shape (n_samples,)
        y : None
            Ignored.

        Returns
        -------
        self : HashedTfidfVectorizer
        """
        self.features_, _ = self._learn(X, keep=False)
        return self

    def fit_transform(self, X, y=None):
        """Learn from the texts and return their matrix; each text is hashed once.

        Parameters
        ----------
        X : iterable of str of shape (n_samples,)
        y : None
            Ignored.

        Returns
        -------
        csr_array of shape (n_samples, n_features), float32
        """
        self.features_, matrix = self._learn(X, keep=True)
        return matrix

    def transform(self, X):
        """Return the texts' matrix.

        Parameters
        ----------
        X : iterable of str of shape (n_samples,)

        Returns
        -------
        csr_array of shape (n_samples, n_features), float32
        """
        check_is_fitted(self)
        return self.features_.transform(_checked(X))

    def __sklearn_tags__(self):
        """Say that texts go in."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    def _learn(self, X, *, keep):
        if self.words is None and self.characters is None:
            raise ValueError("HashedTfidfVectorizer needs words or characters; both are None.")
        blocks = Blocks(self.words, self.characters, self.character_weight)
        return TfidfFeatures.learn(batches(_checked(X)), blocks, min_df=self.min_df, keep=keep)


def _checked(X):
    if isinstance(X, str):
        raise ValueError("Iterable over raw text documents expected, string object received.")
    return X
