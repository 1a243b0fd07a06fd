"""Text to features to heads to calibrated probabilities; evaluation; the model artefact.

``ngrams`` hashes of every span · ``counting`` `index` ``tfidf`` the shared matrix · ``facts`` what is known beside the
text · ``margins`` ``calibration`` ``heads`` learning · ``splitting`` what is held out · ``evaluation`` the figures ·
``training`` all of it in one run · ``model`` ``explanation`` serving and its reasons · ``artefact`` the folder on disk
· ``vectorizer`` the features for scikit-learn users.
"""
