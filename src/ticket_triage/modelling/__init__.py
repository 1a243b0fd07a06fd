"""Text to features to heads to calibrated probabilities; evaluation; the model artefact.

``ngrams`` hashes of every span · ``counting``, ``index`` and ``tfidf`` the shared matrix · ``facts`` what is known
beside the text · ``margins``, ``search``, ``calibration`` and ``heads`` learning · ``rare`` runs of words that one
ticket has · ``splitting`` what is held out · ``evaluation`` the figures · ``recipe`` the choices of a run and
``training`` all of it · ``pieces``, ``scoring``, ``outputs`` and ``model`` serving · ``encoder`` sentence meaning ·
``tone`` how it sounds · ``explanation`` its reasons · ``census``, ``spill`` and ``partial`` the same from a file of
any size · ``repeats`` what is told again, in one pass · ``artefact`` the folder on disk · ``vectorizer`` the features
for scikit-learn users, ``rows`` and ``trained`` a trained model's pieces for them.
"""
