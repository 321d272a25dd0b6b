"""Words about passwords that Django has in English only."""

from django.contrib.auth import password_validation


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    def get_error_message(self):
        return f"Mật khẩu quá ngắn; cần ít nhất {self.min_length} ký tự."
