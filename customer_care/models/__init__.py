from . import care_engine_mixin
