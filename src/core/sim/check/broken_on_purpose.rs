//! Every property broken on purpose.
