using MudBlazor;

namespace ClusterPanel.Web.Components.Layout;

/// <summary>MudBlazor's side of the theme. The same colours stand in <c>wwwroot/app.css</c> for pages and parts without MudBlazor.</summary>
internal static class PanelTheme
{
    private static readonly string[] Sans =
        ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "Helvetica Neue", "Arial", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0c6b7c",
            PrimaryContrastText = "#ffffff",
            Secondary = "#56656f",
            Info = "#0c5fa8",
            Success = "#1a7346",
            Warning = "#8a5a00",
            Error = "#b3261e",
            Background = "#f5f7f8",
            BackgroundGray = "#eef1f3",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#18222a",
            DrawerBackground = "#f5f7f8",
            DrawerText = "#18222a",
            DrawerIcon = "#56656f",
            TextPrimary = "#18222a",
            TextSecondary = "#56656f",
            ActionDefault = "#56656f",
            LinesDefault = "#dce2e6",
            LinesInputs = "#b9c4cb",
            TableLines = "#dce2e6",
            Divider = "#dce2e6",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#58bccd",
            PrimaryContrastText = "#06222a",
            Secondary = "#93a4ae",
            Info = "#71b4f0",
            Success = "#62c792",
            Warning = "#e3ad4e",
            Error = "#f4837b",
            ErrorContrastText = "#2a0a08",
            Background = "#0f1417",
            BackgroundGray = "#11181b",
            Surface = "#161d21",
            AppbarBackground = "#161d21",
            AppbarText = "#dfe7eb",
            DrawerBackground = "#0f1417",
            DrawerText = "#dfe7eb",
            DrawerIcon = "#93a4ae",
            TextPrimary = "#dfe7eb",
            TextSecondary = "#93a4ae",
            ActionDefault = "#93a4ae",
            LinesDefault = "#283238",
            LinesInputs = "#43525b",
            TableLines = "#283238",
            Divider = "#283238",
        },
        LayoutProperties = new LayoutProperties
        {
            DefaultBorderRadius = "6px",
            AppbarHeight = "48px",
            DrawerWidthLeft = "204px",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Sans, FontSize = "0.875rem", LineHeight = "1.45", LetterSpacing = "normal" },
            H6 = new H6Typography { FontSize = "1rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontSize = "0.8125rem", FontWeight = "550", LineHeight = "1.4", LetterSpacing = "normal", TextTransform = "none" },
            Body1 = new Body1Typography { FontSize = "0.875rem", LineHeight = "1.45", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontSize = "0.8125rem", LineHeight = "1.45", LetterSpacing = "normal" },
        },
    };
}
