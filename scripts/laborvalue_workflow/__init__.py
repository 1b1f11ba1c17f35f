"""What surrounds the library: how a run is driven, how data is read, imported and screened, and what people look at."""
